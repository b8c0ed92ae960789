/** The list of messages of a conversation or a thread, with its days, kept at its end while one reads there. */
import { h, patch } from "./dom.js";
import { authorOf, drawMessage, isEphemeral } from "./message.js";
import { dayLabel, isoDay } from "./time.js";

/** @typedef {import("./types.js").Message} Message */

const TOGETHER = 300; // seconds within which messages of one author stand under one name
const NEAR_END = 120; // pixels from the end that still count as reading the end

const seconds = (ts) => Number(ts.split(".")[0]);

function follows(message, previous, session) {
  if (!previous || isEphemeral(message) || isEphemeral(previous)) return false;
  const same =
    authorOf(message, session).id === authorOf(previous, session).id && message.username === previous.username;
  return same && seconds(message.ts) - seconds(previous.ts) < TOGETHER && !previous.reply_count;
}

/** Messages with the day dividers between them. @param {Message[]} messages */
function rowsOf(messages, session, inThread) {
  const rows = [];
  let day = null;
  messages.forEach((message, index) => {
    const own = isoDay(seconds(message.ts), session.zone);
    const newDay = own !== day;
    if (newDay && !inThread) rows.push({ day: own, label: dayLabel(seconds(message.ts), session.zone) });
    day = own;
    const separate = newDay || (inThread && index < 2);
    rows.push({ message, follows: !separate && follows(message, messages[index - 1], session) });
    if (inThread && index === 0 && messages.length > 1) {
      rows.push({ day: "replies", label: messages.length === 2 ? "1 reply" : `${messages.length - 1} replies` });
    }
  });
  return rows;
}

export class MessageList {
  /**
   * @param {object} spec
   * @param {string} spec.label
   * @param {Node|null} spec.intro    shown above the first message
   * @param {boolean} spec.inThread
   * @param {import("./message.js").MessageView} spec.view
   */
  constructor({ label, intro, inThread, view }) {
    this.view = view;
    this.inThread = inThread;
    this.rows = h("div", { class: "rows" });
    this.node = h("div", { class: "messages", role: "log", "aria-label": label, tabindex: "0" }, intro, this.rows);
    this.shown = false;
  }

  /** @param {Message[]} messages oldest first */
  show(messages) {
    const atEnd = !this.shown || this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR_END;
    const { session } = this.view;
    patch(
      this.rows,
      rowsOf(messages, session, this.inThread),
      (row) => (row.message ? `m${row.message.ts}${isEphemeral(row.message)}` : `d${row.day}`),
      (row) => JSON.stringify([row, session.me?.id]),
      (row) =>
        row.message
          ? drawMessage(row.message, row.follows, this.view)
          : h("div", { class: "day", role: "separator", "aria-label": row.label }, h("span", {}, row.label)),
    );
    this.shown = true;
    if (atEnd) this.node.scrollTop = this.node.scrollHeight;
  }
}
