/** Where one writes: Enter sends, "/" offers the app's commands, "@" offers people, groups and the bot. */
import { h } from "./dom.js";
import { iconButton } from "./icons.js";
import { outgoing } from "./mentions.js";
import { Suggestions } from "./suggestions.js";

/** @typedef {import("./session.js").Session} Session */

export class Composer {
  /**
   * @param {object} spec
   * @param {Session} spec.session
   * @param {string} spec.label             accessible name and placeholder
   * @param {boolean} spec.inThread         slash commands are not run in threads
   * @param {Node|null} spec.extra          the shortcuts menu
   * @param {(text: string) => Promise<boolean>} spec.send      whether it went well
   * @param {(command: string, text: string) => Promise<boolean>} spec.run
   * @param {Map<string, string>} spec.drafts  @param {string} spec.draftKey
   */
  constructor(spec) {
    this.spec = spec;
    this.input = h("textarea", {
      class: "composer-input",
      rows: 1,
      placeholder: spec.label,
      "aria-label": spec.label,
      autocomplete: "off",
      value: spec.drafts.get(spec.draftKey) ?? "",
      on: { input: () => this.typed(), keydown: (event) => this.pressed(event), blur: () => this.suggestions.hide() },
    });
    this.sendButton = iconButton("send", "Send", () => this.submit(), "send");
    this.suggestions = new Suggestions({
      input: this.input,
      session: spec.session,
      commands: !spec.inThread,
      onPick: () => this.typed(),
    });
    this.node = h(
      "div",
      { class: "composer" },
      this.suggestions.node,
      this.input,
      h(
        "div",
        { class: "composer-bar" },
        spec.extra,
        h("span", { class: "composer-tip", "aria-hidden": "true" }, "Enter to send · Shift+Enter for a new line"),
        this.sendButton,
      ),
    );
    this.fit();
  }

  fit() {
    this.sendButton.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${Math.min(this.input.scrollHeight, 220)}px`;
  }

  typed() {
    this.spec.drafts.set(this.spec.draftKey, this.input.value);
    this.fit();
    this.suggestions.refresh();
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || this.suggestions.pressed(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  async submit() {
    const typed = this.input.value;
    if (!typed.trim()) return;
    this.suggestions.hide();
    this.put("");
    if (!(await this.deliver(typed)) && !this.input.value) this.put(typed);
  }

  put(text) {
    this.input.value = text;
    this.spec.drafts.set(this.spec.draftKey, text);
    this.fit();
  }

  deliver(typed) {
    const slash = /^(\/\S+)(?:\s+([^]*))?$/.exec(typed.trim());
    return slash
      ? this.spec.run(slash[1], (slash[2] ?? "").trim())
      : this.spec.send(outgoing(typed, this.spec.session));
  }
}
