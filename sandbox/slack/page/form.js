/** What a person typed or picked on one surface, kept apart from the drawing so that a redraw loses nothing. */

import { flattened } from "./blocks/nesting.js";

/** @typedef {import("./types.js").Block} Block */
/** @typedef {import("./types.js").Element} Element */
/** @typedef {import("./types.js").Option} Option */

const SINGLE_INITIAL = {
  plain_text_input: "initial_value",
  number_input: "initial_value",
  email_text_input: "initial_value",
  url_text_input: "initial_value",
  rich_text_input: "initial_value",
  datepicker: "initial_date",
  timepicker: "initial_time",
  datetimepicker: "initial_date_time",
  users_select: "initial_user",
  channels_select: "initial_channel",
  conversations_select: "initial_conversation",
  static_select: "initial_option",
  external_select: "initial_option",
  radio_buttons: "initial_option",
};
const LIST_INITIAL = {
  checkboxes: "initial_options",
  multi_static_select: "initial_options",
  multi_external_select: "initial_options",
  multi_users_select: "initial_users",
  multi_channels_select: "initial_channels",
  multi_conversations_select: "initial_conversations",
  file_input: "initial_files",
};

/** Whether an element holds a value (a button does not). */
export const holdsValue = (element) => element.type in SINGLE_INITIAL || element.type in LIST_INITIAL;

/** @param {Block} block @returns {Element[]} the elements of a block that hold a value */
export function inputsOf(block) {
  const elements = [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])];
  return elements.filter((element) => element && holdsValue(element));
}

/** The words of a rich text: the page's field for it has no styles. */
const wordsIn = (part) => part.text ?? (part.elements ?? []).map(wordsIn).join(part.type === "rich_text" ? "\n" : "");

/** What a field holds for a value that Slack has for it. */
const held = (element, value) => (element.type === "rich_text_input" && value ? wordsIn(value) : value);

function initialOf(element) {
  if (element.type in LIST_INITIAL) return element[LIST_INITIAL[element.type]] ?? [];
  return held(element, element[SINGLE_INITIAL[element.type]] ?? null);
}

/** An option as the value it stands for, a file as its id; texts and ids as they are. */
const bare = (value) => (value !== null && typeof value === "object" ? (value.value ?? value.id) : value);

export class FormState {
  constructor() {
    /** @type {Map<string, unknown>} */
    this.values = new Map();
    /** @type {Map<string, string>} what the workspace knows already */
    this.told = new Map();
  }

  /**
   * Takes over what the workspace remembers of an earlier look at the same view, for instance before a reload.
   * @param {{values?: Record<string, Record<string, object>>}|undefined} state Slack's `view.state`
   * @param {Block[]} blocks
   */
  recall(state, blocks) {
    for (const block of flattened(blocks)) {
      for (const element of inputsOf(block)) {
        const entry = state?.values?.[block.block_id]?.[element.action_id];
        const kept = entry && Object.entries(entry).find(([name]) => name !== "type");
        if (kept && kept[1] !== null) this.set(block, element, held(element, kept[1]));
      }
    }
  }

  /**
   * Keeps the first value of every input that is new: as in Slack, an input that stays keeps what it holds, whatever
   * a later update offers as its first value.
   * @param {Block[]} blocks
   */
  adopt(blocks) {
    for (const block of flattened(blocks).filter((one) => one.type === "input" && holdsValue(one.element))) {
      const key = FormState.key(block, block.element);
      if (this.values.has(key)) continue;
      this.values.set(key, initialOf(block.element));
      this.told.set(key, JSON.stringify(this.wire(block, block.element)));
    }
  }

  static key(block, element) {
    return `${block.block_id ?? ""}\n${element.action_id ?? ""}`;
  }

  /** @param {Block} block @param {Element} element  text, id, ISO date, Option, or a list of Options or ids */
  get(block, element) {
    const key = FormState.key(block, element);
    return this.values.has(key) ? this.values.get(key) : initialOf(element);
  }

  set(block, element, value) {
    this.values.set(FormState.key(block, element), value);
  }

  /** What the workspace takes: texts, option values, ids, or lists of them. */
  wire(block, element) {
    const value = this.get(block, element);
    return Array.isArray(value) ? value.map(bare) : bare(value);
  }

  /**
   * What submitting sends: the inputs. Elements elsewhere were sent at the moment of the choice.
   * @param {Block[]} blocks @returns {Record<string, unknown>} `{block_id: value}`
   */
  collect(blocks) {
    const inputs = flattened(blocks).filter((block) => block.type === "input" && holdsValue(block.element));
    return Object.fromEntries(inputs.map((block) => [block.block_id, this.wire(block, block.element)]));
  }

  /** Inputs whose value the workspace has not been told yet; asking counts as telling. @param {Block[]} blocks */
  untold(blocks) {
    return flattened(blocks).filter((block) => {
      if (block.type !== "input" || block.dispatch_action || !holdsValue(block.element)) return false;
      const key = FormState.key(block, block.element);
      if (!this.values.has(key)) return false;
      const now = JSON.stringify(this.wire(block, block.element));
      if (this.told.get(key) === now) return false;
      this.told.set(key, now);
      return true;
    });
  }
}

const EMPTY = (value) =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

const CHECKS = {
  number_input: (text, element) => {
    if (!/^-?\d+(\.\d+)?$/.test(text)) return "Enter a number.";
    if (!element.is_decimal_allowed && text.includes(".")) return "Enter a whole number.";
    if (element.min_value != null && Number(text) < Number(element.min_value))
      return `Enter ${element.min_value} or more.`;
    if (element.max_value != null && Number(text) > Number(element.max_value))
      return `Enter ${element.max_value} or less.`;
    return null;
  },
  email_text_input: (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? null : "Enter a valid e-mail address."),
  url_text_input: (text) => (/^https?:\/\/\S+$/i.test(text) ? null : "Enter a valid address (https://…)."),
  plain_text_input: (text, element) => {
    if (element.min_length && text.length < element.min_length)
      return `Enter at least ${element.min_length} characters.`;
    if (element.max_length && text.length > element.max_length)
      return `Enter at most ${element.max_length} characters.`;
    return null;
  },
};

/**
 * What Slack's client itself refuses before it asks the app.
 * @param {Block[]} blocks @param {FormState} state @returns {Record<string, string>} block_id → sentence
 */
export function clientErrors(blocks, state) {
  const errors = {};
  for (const block of flattened(blocks).filter((one) => one.type === "input")) {
    const value = state.wire(block, block.element);
    if (EMPTY(value)) {
      if (!block.optional) errors[block.block_id] = "Please complete this required field.";
      continue;
    }
    const refusal = CHECKS[block.element.type]?.(value, block.element);
    if (refusal) errors[block.block_id] = refusal;
  }
  return errors;
}
