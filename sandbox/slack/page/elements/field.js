/** What every element shares: where its value lives, how it is named, when a change is sent to the app. */
import { freshId } from "../dom.js";
import { plainText } from "../mrkdwn.js";

/** @typedef {import("../types.js").Block} Block */
/** @typedef {import("../types.js").Element} Element */
/** @typedef {import("../types.js").Surface} Surface */

/** One element on one surface. */
export class Field {
  /**
   * @param {object} spec
   * @param {Block} spec.block
   * @param {Element} spec.element
   * @param {Surface} spec.surface
   * @param {import("../session.js").Session} spec.session
   * @param {boolean} [spec.labelled]   a <label> or <legend> stands beside it
   * @param {string} [spec.name]        what it is called
   * @param {string|null} [spec.describedBy]
   */
  constructor({ block, element, surface, session, labelled = false, name = "", describedBy = null }) {
    Object.assign(this, { block, element, surface, session, labelled, describedBy });
    this.id = freshId("field");
    this.name = name || plainText(element.placeholder) || element.action_id || "Choose";
  }

  get value() {
    return this.surface.state.get(this.block, this.element);
  }

  set value(value) {
    this.surface.state.set(this.block, this.element, value);
  }

  /** Whether a change is told to the app at once: always outside input blocks. */
  get dispatches() {
    return this.block.type !== "input" || Boolean(this.block.dispatch_action);
  }

  /** The attributes each focusable part carries. */
  get hooks() {
    return {
      "data-action-id": this.element.action_id,
      "aria-label": this.labelled ? null : this.name,
      "aria-describedby": this.describedBy,
      autofocus: Boolean(this.element.focus_on_load),
    };
  }

  /** Keeps a new value and tells the app when the element is one that tells. */
  changed(value) {
    this.value = value;
    return this.dispatches ? this.send() : Promise.resolve();
  }

  /** Sends what is there now as a block action. */
  send() {
    return this.surface.act(this.block, this.element, this.surface.state.wire(this.block, this.element));
  }
}
