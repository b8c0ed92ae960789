/** Every select menu of Block Kit, as one combobox with different things to choose from. */
import { askConfirm } from "../dialog.js";
import { plainText } from "../mrkdwn.js";
import { Combobox } from "./combobox.js";

/** @typedef {import("./field.js").Field} Field */
/** @typedef {import("../types.js").OptionGroup} OptionGroup */

const SLACK_MIN_QUERY = 3; // Slack's default for external selects when the app names none

const plain = (text) => ({ type: "plain_text", text });
const personOption = (person, session) => ({
  text: plain(session.nameOf(person.id)),
  value: person.id,
  description: plain(person.title || person.email || ""),
});
const channelOption = (one) => ({ text: plain(one.is_im ? one.name : `# ${one.name}`), value: one.id });

/** @param {OptionGroup[]} groups @param {string} query */
export function matching(groups, query) {
  const wanted = query.toLowerCase();
  const fits = (option) => `${plainText(option.text)} ${plainText(option.description)}`.toLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, options: group.options.filter(fits) }));
}

/** What is on offer without asking the app. @param {Field} field @returns {OptionGroup[]} */
function onOffer({ element, session }) {
  if (element.option_groups) return element.option_groups;
  if (element.options) return [{ options: element.options }];
  if (element.type.includes("users"))
    return [{ options: session.humans.map((person) => personOption(person, session)) }];
  return [{ options: session.conversations.filter((one) => !one.is_im).map(channelOption) }];
}

const keepsIds = (type) => /users|channels|conversations/.test(type);

function optionFor(id, field) {
  const known = onOffer(field)
    .flatMap((group) => group.options)
    .find((option) => option.value === id);
  return known ?? { text: plain(field.session.nameOf(id)), value: id };
}

/** The state holds options of the app's own making and bare ids of people and channels. */
function chosenOf(field) {
  const raw = field.value;
  const list = Array.isArray(raw) ? raw : [raw].filter((one) => one !== null && one !== undefined && one !== "");
  return keepsIds(field.element.type) ? list.map((id) => optionFor(id, field)) : list;
}

function loader(field) {
  const { element, block, surface } = field;
  if (element.type.includes("external")) return (query) => surface.options(block, element, query);
  return (query) => Promise.resolve(matching(onOffer(field), query));
}

/** @param {Field} field */
export function select(field) {
  const { element, session } = field;
  const multiple = element.type.startsWith("multi_");
  const remote = element.type.includes("external");
  const combobox = new Combobox({
    id: field.id,
    name: field.name,
    labelled: field.labelled,
    describedBy: field.describedBy,
    placeholder: plainText(element.placeholder) || (multiple ? "Choose options" : "Choose an option"),
    multiple,
    max: element.max_selected_items,
    chosen: chosenOf(field),
    clearable: field.block.optional,
    remote,
    minQuery: remote ? (element.min_query_length ?? SLACK_MIN_QUERY) : 0,
    load: loader(field),
    onChange: (chosen) => settle(chosen),
  });

  async function settle(chosen) {
    const before = chosenOf(field);
    if (element.confirm && !(await askConfirm(element.confirm, session))) {
      combobox.chosen = before;
      combobox.showChosen();
      return;
    }
    const values = keepsIds(element.type) ? chosen.map((option) => option.value) : chosen;
    await field.changed(multiple ? values : (values[0] ?? null));
  }
  combobox.input.dataset.actionId = element.action_id ?? "";
  if (element.focus_on_load) combobox.input.autofocus = true;
  return combobox.node;
}
