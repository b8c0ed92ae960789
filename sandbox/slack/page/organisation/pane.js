/** The second pane: the local OpenAI organisation, live, beside the conversation or, on a phone, in its place. */
import { debounce, freshId, h } from "../dom.js";
import { icon, iconButton } from "../icons.js";
import { recall, remember } from "../storage.js";
import { Changes } from "./changes.js";
import { Feed } from "./feed.js";
import { spentOf } from "./money.js";
import { Projects } from "./projects.js";

/** @typedef {import("../types.js").Overview} Overview */

const OPEN = "organisation/open";
const COVERS = "(max-width: 960px)"; // there the pane stands in the conversation's place
const MANY = 12; // projects from which on one needs to search
const TYPING = 250; // milliseconds after which what was typed is looked for
const TICK = 15_000; // milliseconds between two looks at how long ago things were
const TOLD = 3; // changes that are read out at once

export class OrganisationPane {
  /** @param {{url: string, session: import("../session.js").Session, onToggle: (isOpen: boolean) => void}} spec */
  constructor({ url, session, onToggle }) {
    this.onToggle = onToggle;
    this.revision = 0;
    this.isOpen = false;
    this.wanted = null; // the project to show as soon as it is listed
    this.projects = new Projects({ zone: () => session.zone });
    this.changes = new Changes({ onProject: (id, name) => this.reveal(id, name) });
    this.feed = new Feed({ url, onNews: (overview) => this.show(overview), onLine: (isUp) => this.tellLine(isUp) });
    this.node = this.build();
    this.button = this.buildToggle();
    document.addEventListener("visibilitychange", () => this.follow());
  }

  build() {
    const name = freshId("organisation");
    this.line = h("small", { class: "organisation-line" }, "Opening…");
    this.total = h("small", { class: "organisation-total" });
    this.spoken = h("p", { class: "out-of-sight", role: "status", "aria-live": "polite" });
    this.search = h("input", {
      type: "search",
      class: "organisation-search",
      placeholder: "Find a project",
      "aria-label": "Find a project",
      hidden: true,
      on: { input: debounce(() => this.feed.find(this.search.value.trim()), TYPING) },
    });
    this.back = iconButton(
      "back",
      "Back to the conversation",
      () => this.toggle(false),
      "icon-button organisation-back",
    );
    return h(
      "aside",
      {
        class: "organisation",
        id: freshId("pane"),
        "aria-labelledby": name,
        hidden: true,
        on: { keydown: (event) => event.key === "Escape" && event.target !== this.search && this.toggle(false) },
      },
      h(
        "header",
        { class: "organisation-head" },
        this.back,
        h("h2", { id: name }, "OpenAI organisation"),
        this.line,
        iconButton("close", "Close OpenAI organisation", () => this.toggle(false), "icon-button organisation-close"),
      ),
      h(
        "div",
        { class: "organisation-body" },
        section("What just changed", null, this.changes.node),
        section("Projects", this.total, this.search, this.projects.node),
      ),
      this.spoken,
    );
  }

  buildToggle() {
    return h(
      "button",
      {
        type: "button",
        class: "organisation-toggle",
        "aria-label": "OpenAI organisation",
        title: "What the bot changes at OpenAI",
        "aria-expanded": "false",
        "aria-controls": this.node.id,
        on: { click: () => this.toggle(!this.isOpen) },
      },
      icon("chart"),
      h("span", {}, "OpenAI"),
    );
  }

  /** Opens the pane if it was open when this browser last showed it. */
  restore() {
    if (recall(OPEN) === "yes") this.set(true);
  }

  /** Opens or closes it for somebody who asked for that. @param {boolean} yes */
  toggle(yes) {
    const hadFocus = this.node.contains(document.activeElement);
    remember(OPEN, yes ? "yes" : "no");
    this.set(yes);
    if (!yes && hadFocus) this.button.focus();
    if (yes && this.covers) this.back.focus();
  }

  /** Makes way for the conversation where both have no room. */
  makeWay() {
    if (this.isOpen && this.covers) this.toggle(false);
  }

  get covers() {
    return matchMedia(COVERS).matches;
  }

  set(yes) {
    this.isOpen = yes;
    this.node.hidden = !yes;
    this.button.setAttribute("aria-expanded", String(yes));
    this.onToggle(yes);
    this.follow();
  }

  /** Listens while somebody looks. */
  follow() {
    clearInterval(this.ticking);
    if (!this.isOpen || document.visibilityState !== "visible") {
      this.feed.stop();
      return;
    }
    this.feed.start();
    this.ticking = setInterval(() => this.changes.tellTime(), TICK);
  }

  /** @param {Overview} overview */
  show(overview) {
    const news = overview.changes.filter((change) => change.revision > this.revision);
    const seen = this.revision;
    this.revision = overview.revision;
    this.changes.add(news, overview.now);
    // Money that is spent moves the bar; only what somebody changed is worth pointing at.
    const recent = seen ? news : news.filter((change) => this.changes.isFresh(change));
    const touched = new Set(recent.map((change) => change.project_id));
    this.projects.show(overview, (project) => touched.has(project.id));
    if (this.wanted && this.projects.reveal(this.wanted)) this.wanted = null;
    const { spent, limit } = overview.organization;
    this.total.textContent = `${overview.projects_total.toLocaleString("en-US")} · ${spentOf(spent, limit)} this month`;
    this.search.hidden = overview.projects_total < MANY;
    if (seen) this.say(news);
  }

  /** @param {import("../types.js").Change[]} news */
  say(news) {
    if (!news.length) return;
    const told = news.slice(0, TOLD).map((change) => `${change.project ?? "Organisation"}: ${change.text}`);
    this.spoken.textContent = told.reverse().join(" ");
  }

  tellLine(isUp) {
    this.line.textContent = isUp ? "Live" : "Cannot be reached. Trying again…";
    this.line.classList.toggle("down", !isUp);
  }

  /** Shows the project of a change, also one that is not on the list now. */
  reveal(id, name) {
    if (this.projects.reveal(id)) return;
    this.wanted = id;
    this.search.value = name;
    this.feed.find(name);
  }
}

function section(title, more, ...content) {
  const heading = h("h3", { id: freshId("part") }, title);
  return h(
    "section",
    { "aria-labelledby": heading.id },
    h("div", { class: "organisation-part" }, heading, more),
    content,
  );
}
