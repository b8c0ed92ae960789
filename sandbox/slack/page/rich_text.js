/** Draws `rich_text` blocks: what Slack's own composer makes of a person's message. */
import { h } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { channelMention, groupMention, link, userMention } from "./mrkdwn.js";
import { slackDate } from "./time.js";

/** @typedef {import("./session.js").Session} Session */

const STYLES = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
];

function styled(node, style = {}) {
  return STYLES.filter(([name]) => style[name]).reduce((inner, [, tag]) => h(tag, {}, inner), node);
}

const lines = (text) => text.split("\n").flatMap((line, index) => [index ? h("br") : null, line]);

const PARTS = {
  text: (part) => h("span", {}, lines(part.text ?? "")),
  link: (part) => link(part.url ?? "", part.text || part.url || ""),
  user: (part, session) => userMention(part.user_id, session),
  usergroup: (part, session) => groupMention(part.usergroup_id, "", session),
  channel: (part, session) => channelMention(part.channel_id, session),
  emoji: (part) => emojiNode(part.name),
  broadcast: (part) => h("span", { class: "mention mention-me" }, `@${part.range}`),
  date: (part, session) =>
    h("time", {}, slackDate(Number(part.timestamp), part.format ?? "{date_pretty}", session.zone)),
  color: (part) => h("code", {}, part.value),
};

/** @param {object[]} parts @param {Session} session */
const drawParts = (parts, session) =>
  (parts ?? []).map((part) => styled(PARTS[part.type]?.(part, session) ?? document.createTextNode(""), part.style));

const SECTIONS = {
  rich_text_section: (item, session) => h("p", {}, drawParts(item.elements, session)),
  rich_text_quote: (item, session) => h("blockquote", {}, h("p", {}, drawParts(item.elements, session))),
  rich_text_preformatted: (item, session) => h("pre", {}, drawParts(item.elements, session)),
  rich_text_list: (item, session) =>
    h(
      item.style === "ordered" ? "ol" : "ul",
      { class: `indent-${item.indent ?? 0}`, start: item.offset ? item.offset + 1 : null },
      (item.elements ?? []).map((entry) => h("li", {}, drawParts(entry.elements, session))),
    ),
};

/** @param {import("./types.js").Block} block @param {Session} session */
export function richText(block, session) {
  return h(
    "div",
    { class: "mrkdwn" },
    (block.elements ?? []).map((item) => SECTIONS[item.type]?.(item, session)),
  );
}
