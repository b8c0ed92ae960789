/** Which element is drawn by what. */
import { h } from "../dom.js";
import { button } from "./button.js";
import { checkboxes, radioButtons } from "./choices.js";
import { feedback } from "./feedback.js";
import { Field } from "./field.js";
import { fileInput } from "./files.js";
import { imageElement } from "./image.js";
import { overflow } from "./overflow.js";
import { picker } from "./pickers.js";
import { select } from "./selects.js";
import { textInput } from "./texts.js";

const DRAW = {
  button,
  workflow_button: button,
  icon_button: button,
  feedback_buttons: feedback,
  checkboxes,
  radio_buttons: radioButtons,
  overflow,
  image: imageElement,
  static_select: select,
  external_select: select,
  users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_static_select: select,
  multi_external_select: select,
  multi_users_select: select,
  multi_channels_select: select,
  multi_conversations_select: select,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  rich_text_input: textInput,
  file_input: fileInput,
};

/** Elements that are one focusable control, so that a `<label for>` reaches them. */
export const isGroup = (element) => element.type === "checkboxes" || element.type === "radio_buttons";

/**
 * @param {ConstructorParameters<typeof Field>[0]} spec
 * @returns {{node: HTMLElement|null, id: string}}
 */
export function drawElement(spec) {
  const field = new Field(spec);
  const draw = DRAW[spec.element.type];
  const node = draw ? draw(field) : h("span", { class: "unknown" }, `This page does not draw “${spec.element.type}”.`);
  return { node, id: field.id };
}
