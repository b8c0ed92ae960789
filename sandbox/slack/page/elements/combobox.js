/** A type-ahead select after the ARIA combobox pattern, for one choice or several (chips). */
import { debounce, freshId, h } from "../dom.js";
import { icon } from "../icons.js";
import { plainText } from "../mrkdwn.js";
import { chip, optionRows } from "./option_rows.js";
import { placeBeside } from "./popover.js";

/** @typedef {import("../types.js").Option} Option */
/** @typedef {import("../types.js").OptionGroup} OptionGroup */

const PAUSE = 200; // milliseconds of quiet before the app is asked

/**
 * @typedef {object} Spec
 * @property {string} id                   the input's id, for its label
 * @property {string} name                 accessible name where no label stands beside it
 * @property {string} placeholder
 * @property {boolean} multiple
 * @property {number|undefined} max        most choices allowed
 * @property {Option[]} chosen
 * @property {number} minQuery             letters needed before `load` is asked; 0 asks at once
 * @property {boolean} remote              whether `load` asks the app (then typing is debounced)
 * @property {(query: string) => Promise<OptionGroup[]>} load
 * @property {(chosen: Option[]) => void} onChange
 * @property {string|null} describedBy
 */

export class Combobox {
  /** @param {Spec} spec */
  constructor(spec) {
    this.spec = spec;
    this.chosen = [...spec.chosen];
    this.active = -1;
    this.offered = [];
    this.asked = 0;
    this.search = spec.remote ? debounce(() => this.refresh(), PAUSE) : () => this.refresh();
    this.build();
    this.showChosen();
  }

  build() {
    const { spec } = this;
    this.list = h("div", {
      role: "listbox",
      id: freshId("list"),
      class: "listbox",
      popover: "manual",
      "aria-label": "Choices",
      "aria-multiselectable": spec.multiple ? "true" : null,
      on: { mousedown: (event) => event.preventDefault() },
    });
    this.input = h("input", {
      id: spec.id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-label": spec.labelled ? null : spec.name,
      "aria-describedby": spec.describedBy,
      on: {
        input: () => this.typed(),
        keydown: (event) => this.pressed(event),
        blur: () => this.left(),
        click: () => this.show(),
        focus: () => this.input.select(),
      },
    });
    this.chips = h("span", { class: "chips" });
    this.tail = h("span", { class: "combobox-tail" });
    this.node = h(
      "div",
      {
        class: spec.multiple ? "combobox combobox-multi" : "combobox",
        on: {
          // Losing the focus redraws the chips; a press on one of their buttons must come first.
          mousedown: (event) => {
            if (event.target !== this.input) event.preventDefault();
          },
          click: (event) => {
            if (event.target === this.node || event.target === this.chips) this.input.focus();
          },
        },
      },
      this.chips,
      this.input,
      this.tail,
      this.list,
    );
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }

  showChosen() {
    const { spec } = this;
    this.input.placeholder = spec.multiple && this.chosen.length ? "" : spec.placeholder;
    this.tail.replaceChildren(icon("down"));
    if (spec.multiple) {
      this.chips.replaceChildren(...this.chosen.map((option) => chip(option, () => this.remove(option))));
      this.input.value = "";
      return;
    }
    this.input.value = this.chosen.length ? plainText(this.chosen[0].text) : "";
    if (this.chosen.length && spec.clearable) {
      this.tail.prepend(
        h(
          "button",
          { type: "button", class: "clear", "aria-label": "Clear this choice", on: { click: () => this.choose([]) } },
          icon("close"),
        ),
      );
    }
  }

  remove(option) {
    this.choose(this.chosen.filter((one) => one.value !== option.value));
    this.input.focus();
  }

  /** @param {Option[]} chosen */
  choose(chosen) {
    this.chosen = chosen;
    this.showChosen();
    this.spec.onChange(chosen);
  }

  typed() {
    this.query = this.input.value;
    this.asked += 1; // what is still on its way answers an older question
    if (this.spec.remote) this.say("Loading…");
    this.show(true);
  }

  show(keepQuery = false) {
    if (!keepQuery) this.query = "";
    if (!this.isOpen) {
      this.input.setAttribute("aria-expanded", "true");
      this.list.showPopover();
      this.unplace = placeBeside(this.list, this.node);
    }
    if (keepQuery) this.search();
    else this.refresh();
  }

  hide() {
    if (!this.isOpen) return;
    this.asked += 1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidePopover();
    this.unplace();
  }

  left() {
    this.hide();
    this.showChosen();
  }

  async refresh() {
    const query = this.query.trim();
    if (query.length < this.spec.minQuery) {
      const missing =
        this.spec.minQuery === 1 ? "Type to search" : `Type at least ${this.spec.minQuery} letters to search`;
      this.say(missing);
      return;
    }
    this.asked += 1;
    const turn = this.asked;
    if (this.spec.remote) this.say("Loading…");
    try {
      const groups = await this.spec.load(query);
      if (turn === this.asked && this.isOpen) this.offer(groups);
    } catch (error) {
      if (turn === this.asked && this.isOpen) this.say(error.message, "alert");
    }
  }

  say(words, role = "status") {
    this.offered = [];
    this.list.replaceChildren(h("div", { class: "listbox-note", role }, words));
  }

  /** @param {OptionGroup[]} groups */
  offer(groups) {
    this.offered = groups.flatMap((group) => group.options);
    if (!this.offered.length) {
      this.say("No results");
      return;
    }
    const full = this.spec.multiple && this.spec.max && this.chosen.length >= this.spec.max;
    const rows = optionRows(groups, {
      isChosen: (option) => this.isChosen(option),
      isRefused: (option) => Boolean(full) && !this.isChosen(option),
      onPick: (option) => this.pick(option),
    });
    this.list.replaceChildren(...rows);
    const current = this.offered.findIndex((option) => this.isChosen(option));
    this.point(this.spec.multiple || current < 0 ? 0 : current);
  }

  isChosen(option) {
    return this.chosen.some((one) => one.value === option.value);
  }

  pick(option) {
    if (!this.spec.multiple) {
      this.hide();
      this.choose([option]);
      return;
    }
    const rest = this.chosen.filter((one) => one.value !== option.value);
    this.choose(rest.length < this.chosen.length ? rest : [...this.chosen, option]);
    this.query = "";
    this.hide();
  }

  /** @param {number} index */
  point(index) {
    const rows = [...this.list.querySelectorAll("[role=option]")];
    if (!rows.length) return;
    this.active = (index + rows.length) % rows.length;
    rows.forEach((row, at) => row.classList.toggle("active", at === this.active));
    rows[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", rows[this.active].id);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      if (this.isOpen) this.point(this.active + moves[event.key]);
      else this.show();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.isOpen) this.list.querySelectorAll("[role=option]")[this.active]?.click();
      else this.show();
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.hide();
    } else if (event.key === "Backspace" && this.spec.multiple && !this.input.value && this.chosen.length) {
      this.choose(this.chosen.slice(0, -1));
    }
  }
}
