/** Buttons: coloured, with a question first, with an address, shown to some people only. */
import { askConfirm } from "../dialog.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { plainText } from "../mrkdwn.js";

/** @param {import("./field.js").Field} field @returns {HTMLElement|null} */
export function button(field) {
  const { element, session, surface, block } = field;
  const audience = element.visible_to_user_ids;
  if (audience?.length && !audience.includes(session.me?.id)) return null;
  const words = plainText(element.text);
  const node = h(
    "button",
    {
      type: "button",
      class: `button ${element.style ?? ""}`,
      "data-action-id": element.action_id,
      "aria-label": element.accessibility_label || null,
      dataset: { value: element.value },
      on: { click: () => press() },
    },
    element.type === "icon_button" ? icon("trash") : null, // the only icon Slack has for it
    h("span", { class: "button-words" }, words),
  );

  async function press() {
    if (element.confirm && !(await askConfirm(element.confirm, session))) return;
    if (/^https?:/i.test(element.url ?? "")) window.open(element.url, "_blank", "noopener");
    node.disabled = true;
    node.setAttribute("aria-busy", "true");
    try {
      await surface.act(block, element, element.value ?? null);
    } finally {
      node.disabled = false;
      node.removeAttribute("aria-busy");
    }
  }
  return node;
}
