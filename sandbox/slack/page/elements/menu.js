/** A button that opens a menu: overflow elements, message actions, shortcuts. */
import { freshId, h } from "../dom.js";
import { placeBeside } from "./popover.js";

const isInRightHalf = (node) => node.getBoundingClientRect().left > window.innerWidth / 2;

/**
 * @typedef {{label: string, description?: string, run: () => void, href?: string, hook?: object}} Entry
 *
 * @param {object} spec
 * @param {string} spec.name
 * @param {Node} spec.content
 * @param {() => Entry[]} spec.entries   asked each time the menu opens
 * @param {string} [spec.className] @param {object} [spec.dataset] @param {string} [spec.empty]
 */
export function menuButton(spec) {
  const list = h("div", { role: "menu", id: freshId("menu"), class: "menu", popover: "auto", "aria-label": "Actions" });
  const button = h(
    "button",
    {
      type: "button",
      class: spec.className ?? "icon-button",
      "aria-label": spec.name,
      title: spec.name,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      dataset: spec.dataset ?? {},
      popovertarget: list.id,
    },
    spec.content,
  );
  let unplace = () => {};
  const fill = () => list.replaceChildren(...rowsOf(spec, () => list.hidePopover()));
  list.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open") fill();
  });
  list.addEventListener("toggle", (event) => {
    const isOpen = event.newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
    unplace();
    unplace = isOpen ? placeBeside(list, button, { wide: false, end: isInRightHalf(button) }) : () => {};
    if (isOpen) list.querySelector("[role=menuitem]")?.focus();
  });
  list.addEventListener("keydown", (event) => walk(event, list));
  return h("span", { class: "menu-holder" }, button, list);
}

function rowsOf(spec, hide) {
  const entries = spec.entries();
  if (!entries.length) return [h("div", { class: "menu-empty" }, spec.empty ?? "Nothing here")];
  return entries.map((entry) => {
    const run = () => {
      hide();
      entry.run();
    };
    const content = [
      h("span", {}, entry.label),
      entry.description ? h("span", { class: "option-more" }, entry.description) : null,
    ];
    const shared = {
      role: "menuitem",
      tabindex: "-1",
      class: "menu-item",
      dataset: entry.hook ?? {},
      on: { click: run },
    };
    if (entry.href)
      return h("a", { ...shared, href: entry.href, target: "_blank", rel: "noopener noreferrer" }, content);
    return h("button", { ...shared, type: "button" }, content);
  });
}

function walk(event, list) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const rows = [...list.querySelectorAll("[role=menuitem]")];
  const at = rows.indexOf(document.activeElement);
  rows[(at + step + rows.length) % rows.length]?.focus();
}
