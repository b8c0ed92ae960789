/** Draws cards, rows of cards, and the tasks of a plan. */
import { h } from "../dom.js";
import { drawElement } from "../elements/index.js";
import { addressOf, picture } from "../elements/image.js";
import { icon } from "../icons.js";
import { link, textSpan } from "../mrkdwn.js";
import { richText } from "../rich_text.js";

/** @typedef {import("../types.js").Block} Block */

const image = (one, className, session) => picture(addressOf(one, session), one.alt_text ?? "", className);

/** @param {Block} block @param {import("../blocks.js").Drawing} drawing */
export function card(block, { surface, session }) {
  const { hero_image: hero, icon: mark, title, subtitle, body, actions = [] } = block;
  const words =
    title || subtitle
      ? h(
          "div",
          { class: "card-words" },
          title ? h("strong", {}, textSpan(title, session)) : null,
          subtitle ? h("small", {}, textSpan(subtitle, session)) : null,
        )
      : null;
  return h(
    "div",
    { class: "card" },
    hero ? image(hero, "card-hero", session) : null,
    mark || words ? h("div", { class: "card-head" }, mark ? image(mark, "card-icon", session) : null, words) : null,
    body ? h("div", { class: "card-body" }, textSpan(body, session)) : null,
    actions.length
      ? h(
          "div",
          { class: "actions" },
          actions.map((element) => drawElement({ block, element, surface, session }).node),
        )
      : null,
  );
}

/** @param {Block} block */
export function carousel(block, drawing) {
  const cards = (block.elements ?? []).map((one) =>
    h("li", { dataset: { blockId: one.block_id } }, card(one, drawing)),
  );
  return h("ul", { class: "carousel", tabindex: "0", "aria-label": `${cards.length} cards` }, cards);
}

const STATES = {
  pending: ["dots", "Pending"],
  in_progress: ["more", "In progress"],
  complete: ["check", "Complete"],
  error: ["alert", "Failed"],
};

/** @param {Block} block */
export function taskCard(block, { session }) {
  const [mark, words] = STATES[block.status] ?? STATES.pending;
  const sources = block.sources ?? [];
  return h(
    "div",
    { class: `task task-${block.status ?? "pending"}` },
    h("div", { class: "task-head" }, icon(mark), h("strong", {}, block.title), h("small", {}, words)),
    block.details ? richText(block.details, session) : null,
    block.output ? h("div", { class: "task-output" }, richText(block.output, session)) : null,
    sources.length
      ? h(
          "ul",
          { class: "task-sources", "aria-label": "Sources" },
          sources.map((one) => h("li", {}, link(one.url, one.text))),
        )
      : null,
  );
}

/** @param {Block} block */
export function plan(block, drawing) {
  const tasks = block.tasks ?? [];
  return h(
    "div",
    { class: "plan" },
    h("p", { class: "plan-title" }, h("strong", {}, block.title)),
    h(
      "ol",
      {},
      tasks.map((one) => h("li", {}, taskCard(one, drawing))),
    ),
  );
}
