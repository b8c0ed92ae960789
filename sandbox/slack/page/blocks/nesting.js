/** Which blocks stand inside others, so that a form reaches its inputs wherever they are. */

/** @typedef {import("../types.js").Block} Block */

/** The list of blocks inside a block, by its type. */
const INSIDE = { container: "child_blocks", carousel: "elements" };

/** @param {Block[]} blocks @returns {Block[]} all of them, each before those inside it */
export const flattened = (blocks) => blocks.flatMap((block) => [block, ...flattened(block[INSIDE[block.type]] ?? [])]);

/** A block without its inputs' first values: those count once, and must not take a field from under a hand. */
export function lasting(block) {
  const inside = INSIDE[block.type];
  if (inside) return { ...block, [inside]: (block[inside] ?? []).map(lasting) };
  if (block.type !== "input") return block;
  const element = Object.entries(block.element).filter(([name]) => !name.startsWith("initial_"));
  return { ...block, element: Object.fromEntries(element) };
}
