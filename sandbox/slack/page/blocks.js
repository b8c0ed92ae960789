/** Draws blocks: what a message, a modal or the Home tab is made of. */
import { card, carousel, plan, taskCard } from "./blocks/cards.js";
import { chart } from "./blocks/charts.js";
import { alert, authProvider, call, container, file, video } from "./blocks/holders.js";
import { flattened, lasting } from "./blocks/nesting.js";
import { dataTable, table } from "./blocks/tables.js";
import { h, patch } from "./dom.js";
import { drawElement, isGroup } from "./elements/index.js";
import { addressOf, picture } from "./elements/image.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plainText, textSpan } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

/** @typedef {import("./types.js").Block} Block */
/** @typedef {{surface: import("./types.js").Surface, session: import("./session.js").Session,
 *            errors?: Record<string, string>, showBlocks?: typeof showBlocks}} Drawing
 * `showBlocks` is there for blocks that hold others. */

const textNode = (object, session) =>
  object.type === "mrkdwn" ? mrkdwn(object.text, session) : h("p", { class: "plain" }, plainText(object));

/** What an element without its own label is called: its placeholder, else the words beside it. */
function nameBeside(block, element) {
  return (
    plainText(element.placeholder) ||
    plainText(block.text)
      .replace(/[*_~`]/g, "")
      .split("\n")[0]
  );
}

function section(block, { surface, session }) {
  const { accessory } = block;
  const drawn =
    accessory && drawElement({ block, element: accessory, surface, session, name: nameBeside(block, accessory) });
  return h(
    "div",
    { class: "section" },
    h(
      "div",
      { class: "section-main" },
      block.text ? textNode(block.text, session) : null,
      block.fields
        ? h(
            "div",
            { class: "fields" },
            block.fields.map((field) => h("div", { class: "field" }, textNode(field, session))),
          )
        : null,
    ),
    drawn ? h("div", { class: "accessory" }, drawn.node) : null,
  );
}

function context(block, { session }) {
  return h(
    "div",
    { class: "context" },
    (block.elements ?? []).map((element) =>
      element.type === "image"
        ? picture(addressOf(element, session), element.alt_text ?? "", "picture-tiny")
        : textSpan(element, session),
    ),
  );
}

function actions(block, { surface, session }) {
  const nodes = (block.elements ?? []).map((element) => drawElement({ block, element, surface, session }).node);
  return h("div", { class: "actions" }, nodes);
}

/** The label, the optional mark, the element, its error and its hint, tied together for every reader. */
function input(block, { surface, session, errors = {} }) {
  const { element } = block;
  const hintId = block.hint ? `hint-${block.block_id}` : null;
  const problem = errors[block.block_id];
  const errorId = problem ? `error-${block.block_id}` : null;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || null;
  const label = plainText(block.label);
  const group = isGroup(element);
  const { node, id } = drawElement({ block, element, surface, session, labelled: !group, name: label, describedBy });
  return h(
    "div",
    { class: problem ? "input-block invalid" : "input-block" },
    h(
      "div",
      { class: "label-row" },
      group ? h("span", { class: "label" }, label) : h("label", { class: "label", for: id }, label),
      block.optional ? h("span", { class: "optional" }, "(optional)") : null,
    ),
    node,
    problem ? h("p", { class: "field-error", id: errorId, role: "alert" }, problem) : null,
    block.hint ? h("p", { class: "hint", id: hintId }, plainText(block.hint)) : null,
  );
}

function image(block, { session }) {
  return h(
    "figure",
    { class: "image-block" },
    block.title ? h("figcaption", {}, plainText(block.title)) : null,
    picture(addressOf(block, session), block.alt_text ?? "", "picture"),
  );
}

/** The title of a part; without a level it is of the size Slack has always given it. */
const header = (block) =>
  h("h3", { class: `header-block ${block.level ? `header-${block.level}` : ""}` }, plainText(block.text));

/** @type {Record<string, (block: Block, drawing: Drawing) => HTMLElement>} */
const DRAW = {
  section,
  context,
  actions,
  context_actions: actions,
  input,
  image,
  header,
  table,
  data_table: dataTable,
  data_visualization: chart,
  card,
  carousel,
  plan,
  task_card: taskCard,
  container,
  auth_provider: authProvider,
  video,
  file,
  call,
  alert,
  divider: () => h("hr"),
  rich_text: (block, { session }) => richText(block, session),
  markdown: (block) => markdown(block.text ?? ""),
};

function drawBlock(block, drawing) {
  const draw = DRAW[block.type];
  const body = draw
    ? draw(block, { ...drawing, showBlocks })
    : h("p", { class: "unknown" }, `This page does not draw “${block.type}” blocks.`);
  return h("div", { class: `block block-${block.type}`, dataset: { blockId: block.block_id } }, body);
}

/**
 * Shows `blocks` in `parent`; a block that did not change keeps its nodes.
 * @param {HTMLElement} parent @param {Block[]} blocks @param {Drawing} drawing
 */
export function showBlocks(parent, blocks, drawing) {
  const errorsIn = (block) => flattened([block]).map((one) => drawing.errors?.[one.block_id] ?? null);
  const contentOf = (block) => JSON.stringify([lasting(block), errorsIn(block)]);
  patch(
    parent,
    blocks,
    (block, index) => block.block_id ?? `#${index}`,
    contentOf,
    (block) => drawBlock(block, drawing),
  );
}
