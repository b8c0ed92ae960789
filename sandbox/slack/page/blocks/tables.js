/** Draws tables: plain ones, and data tables that one pages through, sorts and searches. */
import { h } from "../dom.js";
import { richText } from "../rich_text.js";

/** @typedef {import("../types.js").Block} Block */

const PAGE = 5; // rows of a data table that does not say

function content(cell, session) {
  if (cell?.type === "rich_text") return richText(cell, session);
  return h("span", {}, String(cell?.text ?? cell?.value ?? ""));
}

/** @param {Block} block */
export function table(block, { session }) {
  const [head = [], ...rows] = block.rows ?? [];
  const settings = block.column_settings ?? [];
  const classes = (index) =>
    [settings[index]?.align && `align-${settings[index].align}`, settings[index]?.is_wrapped && "wrapped"]
      .filter(Boolean)
      .join(" ") || null;
  const row = (cells, tag, props) =>
    h(
      "tr",
      {},
      cells.map((cell, index) => h(tag, { ...props, class: classes(index) }, content(cell, session))),
    );
  return h(
    "div",
    { class: "table-holder" },
    h(
      "table",
      {},
      h("thead", {}, row(head, "th", { scope: "col" })),
      h(
        "tbody",
        {},
        rows.map((cells) => row(cells, "td", {})),
      ),
    ),
  );
}

/** @param {Block} block */
export const dataTable = (block, { session }) => new DataTable(block, session).node;

class DataTable {
  /** @param {Block} block @param {import("../session.js").Session} session */
  constructor(block, session) {
    const [head, ...rows] = block.rows;
    Object.assign(this, { head, rows, session });
    this.size = block.page_size ?? PAGE;
    this.named = block.row_header_column_index ?? 0;
    this.page = 0;
    this.sorted = null; // {column, descending}
    this.words = "";
    this.body = h("tbody");
    this.headings = head.map((cell, index) => this.heading(cell, index));
    this.where = h("span", { role: "status" });
    this.before = this.step("Previous rows", "‹", -1);
    this.after = this.step("Next rows", "›", 1);
    this.node = h(
      "div",
      { class: "data-table" },
      rows.length > this.size ? this.search(block.caption) : null,
      h(
        "div",
        { class: "table-holder" },
        h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, this.headings)), this.body),
      ),
      rows.length > this.size ? h("div", { class: "pages" }, this.before, this.where, this.after) : null,
    );
    this.show();
  }

  heading(cell, index) {
    const sort = h("button", { type: "button", class: "sort", on: { click: () => this.sort(index) } }, content(cell));
    return h("th", { scope: "col", "aria-sort": "none" }, sort);
  }

  step(name, words, by) {
    const turn = () => {
      this.page += by;
      this.show();
    };
    return h("button", { type: "button", class: "button", "aria-label": name, on: { click: turn } }, words);
  }

  search(caption) {
    const find = (event) => {
      this.words = event.target.value.trim().toLowerCase();
      this.page = 0;
      this.show();
    };
    const name = `Search ${caption}`;
    return h("input", {
      type: "search",
      class: "text-input",
      "aria-label": name,
      placeholder: "Search",
      on: { input: find },
    });
  }

  sort(column) {
    this.sorted = { column, descending: this.sorted?.column === column && !this.sorted.descending };
    this.page = 0;
    this.show();
  }

  found() {
    const has = (row) => row.some((cell) => this.wordsOf(cell).toLowerCase().includes(this.words));
    const rows = this.words ? this.rows.filter(has) : [...this.rows];
    if (!this.sorted) return rows;
    const { column, descending } = this.sorted;
    rows.sort((one, other) => this.compare(one[column], other[column]));
    return descending ? rows.reverse() : rows;
  }

  wordsOf(cell) {
    return content(cell, this.session).textContent;
  }

  compare(one, other) {
    if (one?.type === "raw_number" && other?.type === "raw_number") return one.value - other.value;
    return this.wordsOf(one).localeCompare(this.wordsOf(other), "en", { numeric: true });
  }

  show() {
    const rows = this.found();
    const from = this.page * this.size;
    const shown = rows.slice(from, from + this.size);
    this.headings.forEach((node, index) => node.setAttribute("aria-sort", this.direction(index)));
    this.body.replaceChildren(...shown.map((row) => this.row(row)));
    this.before.disabled = !this.page;
    this.after.disabled = from + this.size >= rows.length;
    this.where.textContent = rows.length ? `${from + 1}–${from + shown.length} of ${rows.length}` : "Nothing found";
  }

  direction(index) {
    if (this.sorted?.column !== index) return "none";
    return this.sorted.descending ? "descending" : "ascending";
  }

  row(cells) {
    return h(
      "tr",
      {},
      cells.map((cell, index) => {
        const kind = cell?.type === "raw_number" ? "align-right" : null;
        const props = index === this.named ? { scope: "row", class: kind } : { class: kind };
        return h(index === this.named ? "th" : "td", props, content(cell, this.session));
      }),
    );
  }
}
