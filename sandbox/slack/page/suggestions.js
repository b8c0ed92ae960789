/** The list above the composer: the app's slash commands after "/", names after "@". */
import { freshId, h } from "./dom.js";
import { mentionables } from "./mentions.js";

const MOST = 8;

/** @typedef {{label: string, more: string, insert: string, exact: boolean, face?: Node}} Offer */

function commandOffers(session, typed) {
  return session.app.commands
    .filter((one) => one.command.startsWith(typed))
    .map((one) => ({
      label: `${one.command} ${one.usage_hint ?? ""}`.trim(),
      more: one.description ?? "",
      insert: `${one.command} `,
      exact: one.command === typed,
    }));
}

function nameOffers(session, typed) {
  const wanted = typed.toLowerCase();
  return mentionables(session)
    .filter(
      (one) =>
        one.label
          .toLowerCase()
          .split(/\s+/)
          .some((word) => word.startsWith(wanted)) || one.label.toLowerCase().startsWith(wanted),
    )
    .sort((a, b) => a.label.localeCompare(b.label))
    .map((one) => ({
      label: one.label,
      more: one.more,
      insert: `@${one.label} `,
      exact: false,
      face: session.face(one.id, { small: true }),
    }));
}

export class Suggestions {
  /**
   * @param {object} spec
   * @param {HTMLTextAreaElement} spec.input
   * @param {import("./session.js").Session} spec.session
   * @param {boolean} spec.commands   whether "/" offers commands here
   * @param {() => void} spec.onPick
   */
  constructor(spec) {
    this.spec = spec;
    /** @type {Offer[]} */
    this.offers = [];
    this.active = 0;
    this.start = 0;
    this.node = h("div", {
      class: "suggestions",
      role: "listbox",
      id: freshId("suggestions"),
      "aria-label": "Suggestions",
      hidden: true,
      on: { mousedown: (event) => event.preventDefault() },
    });
    spec.input.setAttribute("aria-controls", this.node.id);
  }

  /** What the word before the caret asks for. */
  refresh() {
    const { input, session, commands } = this.spec;
    const before = input.value.slice(0, input.selectionStart);
    const slash = commands ? /^\/\S*$/.exec(before) : null;
    const at = /(?:^|\s)@([\p{L}\p{N}._-]*)$/u.exec(before);
    if (slash) this.offer(commandOffers(session, slash[0]), 0);
    else if (at) this.offer(nameOffers(session, at[1]), before.length - at[1].length - 1);
    else this.hide();
  }

  offer(offers, start) {
    this.offers = offers.slice(0, MOST);
    this.start = start;
    this.active = 0;
    this.node.hidden = !this.offers.length;
    this.node.replaceChildren(
      ...this.offers.map((one, index) =>
        h(
          "div",
          {
            role: "option",
            id: freshId("suggestion"),
            class: "option suggestion",
            "aria-selected": "false",
            on: { click: () => this.pick(index) },
          },
          one.face,
          h("span", { class: "option-text" }, one.label),
          h("span", { class: "option-more" }, one.more),
        ),
      ),
    );
    this.mark();
  }

  mark() {
    [...this.node.children].forEach((row, index) => {
      row.classList.toggle("active", index === this.active);
      row.setAttribute("aria-selected", String(index === this.active));
    });
    const row = this.node.children[this.active];
    if (row) this.spec.input.setAttribute("aria-activedescendant", row.id);
    else this.spec.input.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.offers = [];
    this.node.hidden = true;
    this.node.replaceChildren();
    this.spec.input.removeAttribute("aria-activedescendant");
  }

  pick(index) {
    const { input, onPick } = this.spec;
    const after = input.value.slice(input.selectionStart);
    const head = input.value.slice(0, this.start) + this.offers[index].insert;
    input.value = head + after;
    input.setSelectionRange(head.length, head.length);
    this.hide();
    input.focus();
    onPick();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the list */
  pressed(event) {
    if (!this.offers.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isPick = event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !this.offers[this.active].exact);
    if (step) {
      this.active = (this.active + step + this.offers.length) % this.offers.length;
      this.mark();
    } else if (isPick) this.pick(this.active);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    return true;
  }
}
