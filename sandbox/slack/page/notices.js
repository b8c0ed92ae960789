/** Short notices at the foot of the window: what went wrong, or that the line is down. */
import { h } from "./dom.js";
import { icon, iconButton } from "./icons.js";

const STAYS = 8000; // milliseconds; long enough to read two sentences

export class Notices {
  constructor() {
    this.node = h("div", { class: "notices", role: "status", "aria-live": "polite", popover: "manual" });
    this.line = null;
  }

  /** Shows the notices above whatever dialog is open now. */
  lift() {
    if (this.node.matches(":popover-open")) this.node.hidePopover();
    if (this.node.childElementCount) this.node.showPopover();
  }

  drop(note) {
    note.remove();
    if (!this.node.childElementCount && this.node.matches(":popover-open")) this.node.hidePopover();
  }

  /** @param {string} words one sentence */
  say(words, stays = STAYS) {
    const note = h(
      "div",
      { class: "notice" },
      icon("alert"),
      h("span", {}, words),
      iconButton("close", "Dismiss", () => this.drop(note)),
    );
    this.node.append(note);
    this.lift();
    if (stays) setTimeout(() => this.drop(note), stays);
    return note;
  }

  lineDown() {
    this.line ??= this.say("The line to the workspace is down. Trying to reconnect…", 0);
  }

  lineBack() {
    if (this.line) this.drop(this.line);
    this.line = null;
  }
}
