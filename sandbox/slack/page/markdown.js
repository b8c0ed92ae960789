/** Draws the `markdown` block: the common Markdown that apps send, as DOM nodes. */
import { h } from "./dom.js";
import { emojiNamed, emojiNode } from "./emoji.js";
import { link } from "./mrkdwn.js";

const INLINE = [
  [/`([^`]+)`/, (match) => h("code", {}, match[1])],
  [/\[([^\]]+)\]\(([^()\s]+)\)/, (match) => link(match[2], inline(match[1]))],
  [/\*\*(\S(?:[^]*?\S)?)\*\*/, (match) => h("strong", {}, inline(match[1]))],
  [/~~(\S(?:[^]*?\S)?)~~/, (match) => h("s", {}, inline(match[1]))],
  [/(?<![\p{L}\p{N}])[*_](\S(?:[^]*?\S)?)[*_](?![\p{L}\p{N}])/u, (match) => h("em", {}, inline(match[1]))],
  [/:([a-z0-9_+-]+):/, (match) => (emojiNamed(match[1]) ? emojiNode(match[1]) : document.createTextNode(match[0]))],
];

/** @param {string} text @returns {Node[]} */
function inline(text) {
  let first = null;
  for (const [pattern, draw] of INLINE) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, draw };
  }
  if (!first) return text ? [document.createTextNode(text)] : [];
  const { match, draw } = first;
  return [
    ...(match.index ? [document.createTextNode(text.slice(0, match.index))] : []),
    draw(match),
    ...inline(text.slice(match.index + match[0].length)),
  ];
}

const KINDS = [
  ["rule", /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/],
  ["heading", /^(#{1,6})\s+(.*)$/],
  ["quote", /^>\s?/],
  ["bullets", /^\s*[-*+]\s+/],
  ["numbers", /^\s*\d+[.)]\s+/],
];

const DRAW = {
  rule: () => h("hr"),
  heading: (lines) =>
    lines.map((line) => {
      const [, marks, words] = /^(#{1,6})\s+(.*)$/.exec(line);
      return h(`h${Math.min(6, marks.length + 2)}`, {}, inline(words));
    }),
  quote: (lines) => h("blockquote", {}, blocksOf(lines.map((line) => line.replace(/^>\s?/, "")))),
  bullets: (lines) =>
    h(
      "ul",
      {},
      lines.map((line) => h("li", {}, inline(line.replace(/^\s*[-*+]\s+/, "")))),
    ),
  numbers: (lines) =>
    h(
      "ol",
      {},
      lines.map((line) => h("li", {}, inline(line.replace(/^\s*\d+[.)]\s+/, "")))),
    ),
  text: (lines) =>
    h(
      "p",
      {},
      lines.flatMap((line, index) => [index ? h("br") : null, ...inline(line)]),
    ),
};

const kindOf = (line) => KINDS.find(([, pattern]) => pattern.test(line))?.[0] ?? (line.trim() ? "text" : "blank");

function blocksOf(lines) {
  const groups = [];
  for (const line of lines) {
    const kind = kindOf(line);
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.filter(({ kind }) => kind !== "blank").map(({ kind, lines: own }) => DRAW[kind](own));
}

/** @param {string} text */
export function markdown(text) {
  const parts = text.split(/^```.*$/m);
  return h(
    "div",
    { class: "mrkdwn markdown" },
    parts.map((part, index) => (index % 2 ? h("pre", {}, part.replace(/^\n|\n$/g, "")) : blocksOf(part.split("\n")))),
  );
}
