/** The modal on top of a person's screen: drawn from its view, submitted, refused on its fields, updated by the app. */
import * as api from "./api.js";
import { showBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { clientErrors, FormState } from "./form.js";
import { icon, iconButton } from "./icons.js";
import { plainText } from "./mrkdwn.js";
import { explain, insist, surface } from "./surfaces.js";

/** @typedef {import("./types.js").View} View */

const FOCUSABLE = "input:not([type=hidden]):not([disabled]), textarea, select";

export class Modal {
  /**
   * @param {object} spec
   * @param {import("./session.js").Session} spec.session
   * @param {() => Promise<void>} spec.look   asks the workspace which view is on top now
   * @param {import("./notices.js").Notices} spec.notices
   */
  constructor({ session, look, notices }) {
    Object.assign(this, { session, look, notices });
    /** @type {View|null} */
    this.view = null;
    /** Forms by view id: a view pushed on top leaves the one below as it was typed. @type {Map<string, FormState>} */
    this.states = new Map();
    this.errors = {};
    this.build();
  }

  build() {
    this.title = h("h2", { class: "modal-title", id: "modal-title" });
    this.back = iconButton("back", "Back", () => this.close());
    this.cross = iconButton("close", "Close dialog", () => this.close(true));
    this.banner = h("p", { class: "modal-banner", role: "alert", hidden: true });
    this.body = h("div", { class: "modal-body blocks" });
    this.closeButton = h("button", { type: "button", class: "button", on: { click: () => this.close() } });
    this.submitButton = h("button", { type: "submit", class: "button primary" });
    const face = h("span", { class: "avatar avatar-small avatar-bot", "aria-hidden": "true" }, icon("bolt"));
    this.form = h(
      "form",
      { novalidate: true, on: { submit: (event) => this.submitted(event) } },
      h("header", { class: "modal-head" }, this.back, face, this.title, this.cross),
      this.banner,
      this.body,
      h("footer", { class: "modal-foot" }, this.closeButton, this.submitButton),
    );
    this.node = /** @type {HTMLDialogElement} */ (
      h("dialog", { class: "modal", "aria-labelledby": "modal-title" }, this.form)
    );
    this.node.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
  }

  /** @param {View|null} view what the workspace says is on top now */
  show(view) {
    if (!view) {
      this.gone();
      return;
    }
    const isAnother = view.id !== this.view?.id;
    if (!isAnother && JSON.stringify(view) === JSON.stringify(this.view)) return;
    if (isAnother) this.errors = {};
    this.view = view;
    this.draw(isAnother);
  }

  get state() {
    if (!this.states.has(this.view.id)) {
      const state = new FormState();
      state.recall(this.view.state, this.view.blocks);
      this.states.set(this.view.id, state);
    }
    return this.states.get(this.view.id);
  }

  draw(isAnother) {
    const { view } = this;
    this.title.textContent = plainText(view.title);
    this.node.dataset.viewId = view.id;
    this.node.dataset.callbackId = view.callback_id ?? "";
    this.back.hidden = !view.previous_view_id;
    this.closeButton.textContent = plainText(view.close) || (view.submit ? "Cancel" : "Close");
    this.submitButton.hidden = !view.submit;
    this.submitButton.textContent = plainText(view.submit) || "Submit";
    this.banner.hidden = true;
    this.busy(false);
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset.actionId : null;
    const inBlock = document.activeElement?.closest?.("[data-block-id]")?.dataset.blockId;
    if (isAnother) {
      this.body.replaceChildren();
      this.body.scrollTop = 0;
    }
    this.showBlocks();
    if (!this.node.open) this.node.showModal();
    if (isAnother) this.focusFirst();
    else if (focused && !this.body.contains(document.activeElement)) this.focusIn(inBlock, focused);
  }

  showBlocks() {
    const { view } = this;
    this.state.adopt(view.blocks);
    const place = surface({
      user: () => this.session.me.id,
      place: { view_id: view.id },
      blocks: () => view.blocks,
      state: this.state,
      after: () => this.look(),
      fail: (words) => this.say(words),
    });
    showBlocks(this.body, view.blocks, { surface: place, session: this.session, errors: this.errors });
  }

  focusFirst() {
    const wanted = this.body.querySelector("[autofocus]") ?? this.body.querySelector(FOCUSABLE);
    (wanted ?? (this.submitButton.hidden ? this.closeButton : this.submitButton)).focus();
  }

  focusIn(blockId, actionId) {
    const block = [...this.body.querySelectorAll("[data-block-id]")].find((one) => one.dataset.blockId === blockId);
    const parts = [...(block?.querySelectorAll("[data-action-id]") ?? [])];
    parts.find((one) => one.dataset.actionId === actionId)?.focus();
  }

  say(words) {
    this.banner.textContent = words;
    this.banner.hidden = false;
  }

  busy(yes) {
    this.submitButton.disabled = yes || Boolean(this.view?.submit_disabled);
    this.form.setAttribute("aria-busy", String(yes));
  }

  /** @param {Record<string, string>} errors */
  refuse(errors) {
    this.errors = errors;
    this.showBlocks();
    const first = this.view.blocks.find((block) => errors[block.block_id]);
    const node = [...this.body.querySelectorAll("[data-block-id]")].find(
      (one) => one.dataset.blockId === first?.block_id,
    );
    node?.scrollIntoView({ block: "nearest" });
    node?.querySelector(`${FOCUSABLE}, [tabindex]`)?.focus();
  }

  async submitted(event) {
    event.preventDefault();
    const { view } = this;
    if (!view.submit || this.submitButton.disabled) return;
    this.banner.hidden = true;
    const own = clientErrors(view.blocks, this.state);
    if (Object.keys(own).length) {
      this.refuse(own);
      return;
    }
    this.busy(true);
    try {
      await this.deliver(view);
    } catch (error) {
      this.say(`We had some trouble connecting. ${explain(error)}`);
    } finally {
      this.busy(false);
    }
  }

  async deliver(view) {
    const answer = await api.submit({
      user: this.session.me.id,
      view_id: view.id,
      values: this.state.collect(view.blocks),
    });
    if (answer.errors && Object.keys(answer.errors).length) {
      this.refuse(answer.errors);
      return;
    }
    insist(answer);
    this.errors = {};
    await this.look();
  }

  /** @param {boolean} [whole] the × closes everything, Cancel and Escape only what is on top */
  async close(whole = false) {
    const { view } = this;
    if (!view) return;
    try {
      insist(await api.close({ user: this.session.me.id, view_id: view.id, clear: whole }));
    } catch (error) {
      this.notices.say(explain(error));
    }
    this.states.delete(view.id);
    await this.look();
  }

  gone() {
    this.view = null;
    this.states.clear();
    this.errors = {};
    this.body.replaceChildren();
    if (this.node.open) this.node.close();
  }
}
