/** The two buttons under an answer of an app: was it of use, or not. */
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { plainText } from "../mrkdwn.js";

/** @param {import("./field.js").Field} field */
export function feedback({ element, block, surface }) {
  const buttons = [
    ["thumb", element.positive_button],
    ["thumb", element.negative_button],
  ].map(([mark, one], index) =>
    h(
      "button",
      {
        type: "button",
        class: index ? "button feedback feedback-no" : "button feedback",
        "data-action-id": element.action_id,
        "aria-label": one.accessibility_label || null,
        "aria-pressed": "false",
        dataset: { value: one.value },
        on: { click: (event) => press(event.currentTarget, one.value) },
      },
      icon(mark),
      h("span", { class: "button-words" }, plainText(one.text)),
    ),
  );

  function press(pressed, value) {
    for (const each of buttons) each.setAttribute("aria-pressed", String(each === pressed));
    return surface.act(block, element, value);
  }
  return h("span", { class: "feedback-buttons" }, buttons);
}
