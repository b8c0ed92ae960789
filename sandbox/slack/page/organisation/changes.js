/** What just changed in the organisation, the newest on top; what came while one looks is marked for a moment. */
import { h, patch } from "../dom.js";
import { ago } from "../time.js";

/** @typedef {import("../types.js").Change} Change */

const FEW = 4; // shown until one asks for all
const MOST = 100;
const FRESH = 10; // seconds after which a change is nothing to point at any more

const keyOf = (change) => `${change.revision}/${change.project_id ?? ""}/${change.text}`;

export class Changes {
  /** @param {{onProject: (id: string, name: string) => void}} spec */
  constructor({ onProject }) {
    this.onProject = onProject;
    /** @type {Change[]} */
    this.all = [];
    this.showsAll = false;
    this.ahead = 0;
    this.list = h("ol", { class: "changes" });
    this.empty = h("p", { class: "organisation-empty" }, "Nothing has changed since the organisation was started.");
    this.more = h("button", { type: "button", class: "more-changes", on: { click: () => this.toggle() } });
    this.node = h("div", {}, this.empty, this.list, this.more);
  }

  /** @param {Change[]} changes the newest first, all newer than what is here @param {number} now the clock there */
  add(changes, now) {
    this.ahead = now - Date.now() / 1000;
    this.all = [...changes, ...this.all].slice(0, MOST);
    this.show();
  }

  /** Whether a change happened a moment ago. @param {Change} change */
  isFresh(change) {
    return this.now - change.at < FRESH;
  }

  /** The organisation's clock, which can be moved. */
  get now() {
    return Date.now() / 1000 + this.ahead;
  }

  toggle() {
    this.showsAll = !this.showsAll;
    this.show();
  }

  show() {
    const shown = this.showsAll ? this.all : this.all.slice(0, FEW);
    this.empty.hidden = this.all.length > 0;
    this.list.hidden = !this.all.length;
    this.more.hidden = this.all.length <= FEW;
    this.more.textContent = this.showsAll ? "Show fewer changes" : `Show all ${this.all.length} changes`;
    this.more.setAttribute("aria-expanded", String(this.showsAll));
    patch(this.list, shown, keyOf, keyOf, (change) => this.draw(change));
    this.tellTime();
  }

  /** @param {Change} change */
  draw(change) {
    const { project_id: id, project } = change;
    const place = id
      ? h(
          "button",
          {
            type: "button",
            class: "change-place",
            title: "Show this project",
            on: { click: () => this.onProject(id, project) },
          },
          project,
        )
      : h("span", { class: "change-place" }, "Organisation");
    return h(
      "li",
      { class: this.isFresh(change) ? "change fresh" : "change" },
      h("div", { class: "change-head" }, place, h("time", { dataset: { at: change.at } })),
      h("p", {}, change.text),
    );
  }

  /** Writes again how long ago everything was. */
  tellTime() {
    for (const time of this.list.querySelectorAll("time")) {
      const words = ago(Number(time.dataset.at), this.now);
      if (time.textContent !== words) time.textContent = words;
      time.classList.toggle("now", words === "just now");
    }
  }
}
