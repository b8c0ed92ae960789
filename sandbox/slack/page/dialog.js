/** Small dialogs of the page itself: a question to confirm, a list to choose from. */
import { freshId, h } from "./dom.js";
import { iconButton } from "./icons.js";
import { plainText, textSpan } from "./mrkdwn.js";

/**
 * Opens a modal dialog and keeps its closing in one place.
 * @param {{title: string, body: (Node|null)[], footer?: Node[], className?: string, onClose?: () => void}} spec
 * @returns {HTMLDialogElement}
 */
export function openDialog({ title, body, footer = [], className = "", onClose = () => {} }) {
  const heading = h("h2", { id: freshId("title") }, title);
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: `dialog ${className}`, "aria-labelledby": heading.id },
      h(
        "header",
        { class: "dialog-head" },
        heading,
        iconButton("close", "Close dialog", () => dialog.close()),
      ),
      h("div", { class: "dialog-body" }, body),
      footer.length ? h("footer", { class: "dialog-foot" }, footer) : null,
    )
  );
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * Asks what a `confirm` object asks.
 * @param {import("./types.js").Confirm} confirm
 * @param {import("./session.js").Session} session
 * @returns {Promise<boolean>}
 */
export function askConfirm(confirm, session) {
  return new Promise((resolve) => {
    let answer = false;
    const finish = (yes) => {
      answer = yes;
      dialog.close();
    };
    const agree = h(
      "button",
      {
        type: "button",
        class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
        on: { click: () => finish(true) },
      },
      plainText(confirm.confirm) || "Yes",
    );
    const refuse = h(
      "button",
      { type: "button", class: "button", on: { click: () => finish(false) } },
      plainText(confirm.deny) || "Cancel",
    );
    const dialog = openDialog({
      title: plainText(confirm.title) || "Are you sure?",
      body: [h("p", {}, textSpan(confirm.text, session))],
      footer: [refuse, agree],
      className: "dialog-confirm",
      onClose: () => resolve(answer),
    });
    agree.focus();
  });
}
