/** What a select shows of its options: rows in its list, under the titles of their groups, and chips once chosen. */
import { freshId, h } from "../dom.js";
import { icon } from "../icons.js";
import { plainText } from "../mrkdwn.js";

/** @typedef {import("../types.js").Option} Option */
/** @typedef {import("../types.js").OptionGroup} OptionGroup */

/**
 * @typedef {object} Picking
 * @property {(option: Option) => boolean} isChosen
 * @property {(option: Option) => boolean} isRefused   no more may be chosen
 * @property {(option: Option) => void} onPick
 */

/** @param {Option} option @param {Picking} picking */
function row(option, { isChosen, isRefused, onPick }) {
  const refused = isRefused(option);
  return h(
    "div",
    {
      role: "option",
      id: freshId("option"),
      class: "option",
      dataset: { value: option.value },
      "aria-selected": String(isChosen(option)),
      "aria-disabled": refused ? "true" : null,
      on: { click: () => refused || onPick(option) },
    },
    h("span", { class: "option-text" }, plainText(option.text)),
    option.description ? h("span", { class: "option-more" }, plainText(option.description)) : null,
  );
}

/** @param {OptionGroup[]} groups @param {Picking} picking @returns {HTMLElement[]} */
export function optionRows(groups, picking) {
  return groups
    .filter((group) => group.options.length)
    .map((group) => {
      const rows = group.options.map((option) => row(option, picking));
      if (!group.label) return h("div", { role: "presentation" }, rows);
      const title = h("div", { class: "listbox-group", id: freshId("group") }, plainText(group.label));
      return h("div", { role: "group", "aria-labelledby": title.id }, title, rows);
    });
}

/** @param {Option} option @param {() => void} onRemove */
export function chip(option, onRemove) {
  const words = plainText(option.text);
  const remove = { type: "button", "aria-label": `Remove ${words}`, on: { click: onRemove } };
  return h("span", { class: "chip" }, h("span", {}, words), h("button", remove, icon("close")));
}
