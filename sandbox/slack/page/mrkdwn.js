/** Turns Slack's mrkdwn into DOM nodes. Everything that is not recognised ends as a text node. */
import { append, h } from "./dom.js";
import { emojiNamed, emojiNode, withEmoji } from "./emoji.js";
import { slackDate } from "./time.js";

/** @typedef {import("./session.js").Session} Session */

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const SAFE_ADDRESS = /^(https?:\/\/|mailto:|tel:)/i;
const BARE_ADDRESS = /\bhttps?:\/\/[^\s<>|*~`\ue000-\uf8ff]*[^\s<>|*~`\ue000-\uf8ff.,;:!?)'"_]/g;
// Finished pieces wait behind one private-use character each, so that `*` and `_` inside a link or a piece of code
// are not read again. Such characters in the text itself are replaced first.
const FIRST_MARK = 0xe000;
const LAST_MARK = 0xf8ff;
const MARK = /[\ue000-\uf8ff]/;
const MARKS = /[\ue000-\uf8ff]/g;

/** @param {string} text */
export const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A link, or only its words when the address is not one a browser should follow from here. */
export function link(address, words) {
  if (!SAFE_ADDRESS.test(address)) return h("span", {}, words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

const mention = (words, mine = false) => h("span", { class: mine ? "mention mention-me" : "mention" }, words);

/** @param {string} id @param {Session} session */
export function userMention(id, session) {
  return mention(`@${session.nameOf(id)}`, id === session.me?.id);
}

export function groupMention(id, label, session) {
  const group = session.usergroup(id);
  const words = label || `@${group?.handle ?? group?.name ?? id}`;
  return mention(words, Boolean((group?.members ?? group?.users)?.includes(session.me?.id)));
}

export function channelMention(id, session) {
  const name = session.channelName(id);
  return h("a", { class: "mention", href: session.addressOf(id) }, `#${name ?? "private-channel"}`);
}

function dateToken(body, label, session) {
  const [, seconds, format = "", address] = body.split("^");
  if (!/^\d{1,11}$/.test(seconds ?? "")) return document.createTextNode(label);
  const written = slackDate(Number(seconds), decode(format), session.zone);
  const exact = slackDate(Number(seconds), "{date_long} at {time}", session.zone);
  return h(
    "time",
    { title: exact, datetime: new Date(seconds * 1000).toISOString() },
    address ? link(decode(address), written) : written,
  );
}

function special(body, label, session) {
  if (body.startsWith("date^")) return dateToken(body, decode(label), session);
  if (body.startsWith("subteam^")) return groupMention(body.slice("subteam^".length), decode(label), session);
  if (["channel", "here", "everyone"].includes(body)) return mention(`@${body}`, true);
  return document.createTextNode(decode(label || `<!${body}>`));
}

/** What stands between `<` and `>`. @param {string} token @param {Session} session @returns {Node} */
function angled(token, session) {
  const bar = token.indexOf("|");
  const body = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? "" : token.slice(bar + 1);
  if (/^@[UWB][A-Z0-9]*$/.test(body)) return userMention(body.slice(1), session);
  if (/^#[CGD][A-Z0-9]*$/.test(body)) return channelMention(body.slice(1), session);
  if (body.startsWith("!")) return special(body.slice(1), label, session);
  if (SAFE_ADDRESS.test(body)) return link(decode(body), withEmoji(decode(label || body.replace(/^mailto:/, ""))));
  return document.createTextNode(decode(`<${token}>`));
}

class Inline {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Node[]} */
    this.pieces = [];
  }

  keep(node, otherwise) {
    if (this.pieces.length > LAST_MARK - FIRST_MARK) return otherwise;
    this.pieces.push(node);
    return String.fromCharCode(FIRST_MARK + this.pieces.length - 1);
  }

  /** @param {string} text */
  read(text) {
    const marked = text
      .replace(MARKS, "\ufffd")
      .replace(/`([^`\n]+)`/g, (whole, code) => this.keep(h("code", {}, this.codeNodes(code)), whole))
      .replace(/<([^<>\n]+)>/g, (whole, token) => this.token(token, whole))
      .replace(BARE_ADDRESS, (address) => this.keep(link(decode(address), decode(address)), address))
      .replace(/:([a-z0-9_+'-]+)(?:::skin-tone-[2-6])?:/g, (whole, name) =>
        emojiNamed(name) ? this.keep(emojiNode(name), whole) : whole,
      );
    return this.formatted(marked);
  }

  token(token, whole) {
    const inner = token.replace(MARKS, (mark) => this.pieces[mark.charCodeAt(0) - FIRST_MARK].textContent);
    return this.keep(angled(inner, this.session), whole);
  }

  codeNodes(code) {
    return code
      .split(/(<[^<>\n]+>)/)
      .map((part) =>
        part.startsWith("<") && part.endsWith(">") ? angled(part.slice(1, -1), this.session) : decode(part),
      );
  }

  /** Bold, italic and strike, which may hold each other. */
  formatted(text) {
    const style = /(?<![\p{L}\p{N}*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}*_~])/u.exec(text);
    if (!style) return this.plain(text);
    const tag = { "*": "strong", _: "em", "~": "s" }[style[1]];
    return [
      ...this.plain(text.slice(0, style.index)),
      h(tag, {}, this.formatted(style[2])),
      ...this.formatted(text.slice(style.index + style[0].length)),
    ];
  }

  plain(text) {
    return text
      .split(/([\ue000-\uf8ff]|\n)/)
      .filter(Boolean)
      .map((part) => {
        if (part === "\n") return h("br");
        if (MARK.test(part)) return this.pieces[part.charCodeAt(0) - FIRST_MARK];
        return document.createTextNode(decode(part));
      });
  }
}

const QUOTE = /^(?:&gt;|>) ?/;
const ITEM = /^(\s*)([•◦▪–-]|\d{1,3}[.)])\s+(.*)$/;

function kindOf(line) {
  if (QUOTE.test(line)) return "quote";
  return ITEM.test(line) ? "list" : "text";
}

function listOf(lines, session) {
  return h(
    "ul",
    { class: "mrkdwn-list" },
    lines.map((line) => {
      const [, indent, marker, rest] = ITEM.exec(line);
      return h(
        "li",
        { class: indent.length > 1 ? "deeper" : null },
        h("span", { class: "marker" }, marker),
        h("span", {}, new Inline(session).read(rest)),
      );
    }),
  );
}

function drawGroup(kind, lines, session) {
  if (kind === "list") return listOf(lines, session);
  if (kind === "quote")
    return h("blockquote", {}, prose(lines.map((line) => line.replace(QUOTE, "")).join("\n"), session));
  return h("p", {}, new Inline(session).read(lines.join("\n")));
}

/** Text without fences: quotes, lists, paragraphs. */
function prose(text, session) {
  const everythingQuoted = text.match(/^([^]*?)(?:^|\n)(?:&gt;&gt;&gt;|>>>) ?([^]*)$/);
  if (everythingQuoted) {
    const [, before, quoted] = everythingQuoted;
    return [...(before ? prose(before, session) : []), h("blockquote", {}, prose(quoted, session))];
  }
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups
    .filter(({ kind, lines }) => kind !== "text" || lines.some((line) => line.trim()))
    .map(({ kind, lines }) => drawGroup(kind, lines, session));
}

/**
 * @param {string} text mrkdwn
 * @param {Session} session
 * @returns {HTMLElement}
 */
export function mrkdwn(text, session) {
  const parts = text.split("```");
  const unclosed = parts.length % 2 === 0;
  if (unclosed) parts.push(`${parts.splice(-2).join("```")}`);
  const node = h("div", { class: "mrkdwn" });
  parts.forEach((part, index) => {
    if (index % 2 === 0) append(node, prose(part.replace(index ? /^\n/ : "", ""), session));
    else append(node, [h("pre", {}, new Inline(session).codeNodes(part.replace(/^\n|\n$/g, "")))]);
  });
  return node;
}

/** One line of mrkdwn, without paragraphs around it: option labels, context elements. */
export function mrkdwnLine(text, session) {
  return h("span", { class: "mrkdwn-line" }, new Inline(session).read(text));
}

/** @param {import("./types.js").TextObject|undefined} object */
export const plainText = (object) => (object ? withEmoji(decode(object.text ?? "")) : "");

/** A text object, whichever kind, as a span. @param {import("./types.js").TextObject} object */
export function textSpan(object, session) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwnLine(object.text, session) : h("span", { class: "plain" }, plainText(object));
}
