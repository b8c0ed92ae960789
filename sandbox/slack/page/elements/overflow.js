/** The "⋯" element: a few more things one can do. */
import { askConfirm } from "../dialog.js";
import { icon } from "../icons.js";
import { plainText } from "../mrkdwn.js";
import { menuButton } from "./menu.js";

/** @param {import("./field.js").Field} field */
export function overflow(field) {
  const { element, surface, block, session } = field;
  const choose = async (option) => {
    if (element.confirm && !(await askConfirm(element.confirm, session))) return;
    await surface.act(block, element, option.value);
  };
  return menuButton({
    name: "More options",
    content: icon("dots"),
    className: "button overflow",
    dataset: { actionId: element.action_id },
    entries: () =>
      element.options.map((option) => ({
        label: plainText(option.text),
        description: plainText(option.description),
        run: () => choose(option),
        href: /^https?:/i.test(option.url ?? "") ? option.url : undefined,
        hook: { value: option.value },
      })),
  });
}
