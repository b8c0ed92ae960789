/** Inputs one types into: text, number, e-mail, address. */
import { debounce, h } from "../dom.js";
import { plainText } from "../mrkdwn.js";

/** @typedef {import("./field.js").Field} Field */

const PAUSE = 300; // milliseconds of quiet before typed characters are dispatched
const KEYBOARDS = { number_input: "decimal", email_text_input: "email", url_text_input: "url", plain_text_input: null };

/** @param {Field} field */
export function textInput(field) {
  const { element } = field;
  const isLong = Boolean(element.multiline) || element.type === "rich_text_input";
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const counter = element.max_length ? h("span", { class: "counter", "aria-hidden": "true" }) : null;
  const sendSoon = debounce(() => field.send(), PAUSE);
  const input = h(isLong ? "textarea" : "input", {
    ...field.hooks,
    id: field.id,
    class: "text-input",
    type: isLong ? null : "text",
    rows: isLong ? 4 : null,
    placeholder: plainText(element.placeholder) || null,
    inputmode: KEYBOARDS[element.type],
    autocomplete: "off",
    value: String(field.value ?? ""),
    on: { input: () => typed(), keydown: (event) => pressed(event) },
  });

  function count() {
    if (!counter) return;
    const left = element.max_length - input.value.length;
    counter.textContent = String(left);
    counter.hidden = left > Math.max(20, element.max_length / 10);
    counter.classList.toggle("over", left < 0);
  }

  function typed() {
    field.value = input.value;
    count();
    if (field.dispatches && triggers.includes("on_character_entered")) sendSoon();
  }

  function pressed(event) {
    if (event.key !== "Enter" || isLong || event.isComposing) return;
    if (!field.dispatches || !triggers.includes("on_enter_pressed")) return;
    event.preventDefault(); // Enter belongs to the field here, not to the whole form
    event.stopPropagation();
    field.send();
  }

  count();
  return h("div", { class: "text-holder" }, input, counter);
}
