/** The organisation's projects by name, each with its spend against its limit, and all the rest when it is opened. */
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { facts } from "./facts.js";
import { fullness, spentOf } from "./money.js";

/** @typedef {import("../types.js").Project} Project */

const byName = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const count = (number, noun, plural = `${noun}s`) => `${number} ${number === 1 ? noun : plural}`;

/** What stands under the bar of a closed project. @param {Project} project */
function inShort({ members_total: members, keys_total: keys, models, status, limit }) {
  if (status === "archived") return "Archived";
  const list = { every: "every model", allow_list: count(models.ids.length, "model"), deny_list: "most models" };
  const words = [count(members, "person", "people"), list[models.mode], count(keys, "key")];
  return [...words, limit === null ? "no limit" : null].filter(Boolean).join(" · ");
}

/** One project; its nodes last, so that focus and what is open survive a change. */
class Row {
  constructor() {
    this.head = h("summary", { class: "project-head" });
    this.body = h("div", { class: "project-body" });
    this.details = h("details", { class: "project" }, this.head, this.body);
    this.node = h("li", { on: { animationend: (event) => event.target === this.node && this.calm() } }, this.details);
  }

  calm() {
    this.node.classList.remove("fresh");
  }

  /** @param {Project} project @param {{zone: string, now: number}} clock */
  show(project, clock) {
    this.project = project;
    const { part, level } = fullness(project.spent, project.limit);
    const isLoose = project.limit_is_hard === false;
    this.details.dataset.projectId = project.id;
    this.details.classList.toggle("archived", project.status === "archived");
    this.head.replaceChildren(
      h(
        "span",
        { class: "project-line" },
        icon("down"),
        h("strong", { class: "project-name" }, project.name),
        h("span", { class: `project-money ${level}` }, spentOf(project.spent, project.limit)),
      ),
      project.limit === null
        ? ""
        : h(
            "span",
            { class: `bar ${level}`, "aria-hidden": "true" },
            h("span", { style: `inline-size: ${part * 100}%` }),
          ),
      h(
        "span",
        { class: "project-short" },
        inShort(project),
        level === "over" && !isLoose ? h("span", { class: "over" }, " · limit reached") : null,
        isLoose ? h("span", { class: "near" }, " · limit not enforced") : null,
      ),
    );
    this.body.replaceChildren(facts(project, clock));
  }

  /** Marks the row for a moment, also when it is marked already. */
  point() {
    this.calm();
    void this.node.offsetWidth; // lets the animation begin anew
    this.node.classList.add("fresh");
  }
}

export class Projects {
  /** @param {{zone: () => string}} spec */
  constructor({ zone }) {
    this.zone = zone;
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    this.leftOut = 0; // of the page of projects that was read last
    this.list = h("ul", { class: "projects" });
    this.note = h("p", { class: "organisation-empty", hidden: true });
    this.node = h("div", {}, this.list, this.note);
  }

  /**
   * @param {import("../types.js").Overview} overview
   * @param {(project: Project) => boolean} isFresh whether it changed while one looked
   */
  show(overview, isFresh) {
    const clock = { zone: this.zone(), now: overview.now };
    if (overview.is_whole) this.keepOnly(new Set(overview.projects.map((project) => project.id)));
    for (const project of overview.projects) {
      const row = this.rows.get(project.id) ?? new Row();
      if (JSON.stringify(row.project) === JSON.stringify(project)) continue;
      row.show(project, clock);
      if (isFresh(project)) row.point();
      this.rows.set(project.id, row);
    }
    this.sort();
    if (overview.is_whole) this.leftOut = overview.projects_left_out;
    this.tellLeftOut();
  }

  keepOnly(ids) {
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.rows.delete(id);
    }
  }

  /** Puts every row into its place; one that stands right is not touched, or it would lose the focus. */
  sort() {
    const sorted = [...this.rows.values()].sort((one, other) => byName.compare(one.project.name, other.project.name));
    sorted.forEach((row, index) => {
      if (this.list.children[index] !== row.node) this.list.insertBefore(row.node, this.list.children[index] ?? null);
    });
  }

  tellLeftOut() {
    const count = this.leftOut;
    this.note.hidden = this.rows.size > 0 && !count;
    this.note.textContent = count
      ? `${count.toLocaleString("en-US")} more; find them by name.`
      : "No project is called that.";
  }

  /** Opens a project and brings it into sight. @returns {boolean} whether it is listed */
  reveal(id) {
    const row = this.rows.get(id);
    if (!row) return false;
    row.details.open = true;
    row.head.focus();
    row.node.scrollIntoView({ block: "nearest" });
    row.point();
    return true;
  }
}
