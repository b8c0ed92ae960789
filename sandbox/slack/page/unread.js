/** Counts what a person has not seen yet; the marks live in this browser, one for each person and conversation. */
import { recall, remember } from "./storage.js";

/** @typedef {import("./types.js").Message} Message */

const lastRead = (key) => recall(key) ?? "0";

const keyOf = (team, user, channel) => `read/${team}/${user}/${channel}`;

/** The moment of the newest thing in a message: itself, or the last reply to it. @param {Message} message */
const newest = (message) =>
  message.latest_reply && message.latest_reply > message.ts ? message.latest_reply : message.ts;

export class Unread {
  /** @param {import("./session.js").Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Map<string, {count: number, mentions: number}>} */
    this.counts = new Map();
  }

  key(channel) {
    return keyOf(this.session.team.id ?? "", this.session.me.id, channel);
  }

  /** @param {string} channel @param {Message[]} messages what stands there now */
  seen(channel, messages) {
    const last = messages.reduce(
      (latest, message) => (newest(message) > latest ? newest(message) : latest),
      lastRead(this.key(channel)),
    );
    remember(this.key(channel), last);
    this.counts.set(channel, { count: 0, mentions: 0 });
  }

  /**
   * Counts what is new in a conversation that is not open, replies in threads included.
   * @param {string} channel @param {boolean} isDirect every message in it is meant for this person
   * @param {(thread?: string) => Promise<{messages: Message[]}>} read
   */
  async count(channel, isDirect, read) {
    const last = lastRead(this.key(channel));
    const { messages } = await read();
    const moved = messages.filter((message) => message.latest_reply > last);
    const threads = await Promise.all(moved.map((message) => read(message.ts)));
    const all = [...messages, ...threads.flatMap((thread) => thread.messages.slice(1))];
    const fresh = all.filter((message) => message.ts > last && message.user !== this.session.me.id);
    const mentions = isDirect ? fresh : fresh.filter((message) => this.names(message));
    this.counts.set(channel, { count: fresh.length, mentions: mentions.length });
  }

  /** Whether a message names this person, alone or through a group. */
  names(message) {
    const me = this.session.me.id;
    const groups = this.session.groups.filter((group) => (group.members ?? group.users)?.includes(me));
    const text = `${message.text ?? ""}${JSON.stringify(message.blocks ?? [])}`;
    return text.includes(`<@${me}`) || groups.some((group) => text.includes(`<!subteam^${group.id}`));
  }

  of(channel) {
    return this.counts.get(channel) ?? { count: 0, mentions: 0 };
  }
}
