/** Checkboxes and radio buttons. */
import { freshId, h } from "../dom.js";
import { textSpan } from "../mrkdwn.js";

/** @typedef {import("./field.js").Field} Field */

function row(field, option, type, group, isChosen, onChange) {
  const id = freshId("choice");
  const more = option.description
    ? h("span", { id: `${id}-more`, class: "choice-more" }, textSpan(option.description, field.session))
    : null;
  const input = h("input", {
    type,
    id,
    name: group,
    value: option.value,
    checked: isChosen,
    "data-action-id": field.element.action_id,
    "aria-describedby": more ? more.id : null,
    on: { change: onChange },
  });
  return h(
    "div",
    { class: "choice" },
    input,
    h("div", {}, h("label", { for: id }, textSpan(option.text, field.session)), more),
  );
}

const holder = (field, role, rows) =>
  h("div", { class: "choices", role, id: field.id, "aria-label": field.labelled ? null : field.name }, rows);

/** @param {Field} field */
export function checkboxes(field) {
  const { element } = field;
  const chosen = new Set((field.value ?? []).map((option) => option.value));
  const toggle = (option) => (event) => {
    if (event.target.checked) chosen.add(option.value);
    else chosen.delete(option.value);
    field.changed(element.options.filter((one) => chosen.has(one.value)));
  };
  return holder(
    field,
    "group",
    element.options.map((option) => row(field, option, "checkbox", field.id, chosen.has(option.value), toggle(option))),
  );
}

/** @param {Field} field */
export function radioButtons(field) {
  const { element } = field;
  return holder(
    field,
    "radiogroup",
    element.options.map((option) =>
      row(field, option, "radio", field.id, field.value?.value === option.value, () => field.changed(option)),
    ),
  );
}
