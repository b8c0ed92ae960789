/** Who looks at the workspace, and the names and faces of everyone in it. */
import { avatar } from "./avatar.js";

/** @typedef {import("./types.js").Person} Person */
/** @typedef {import("./types.js").Conversation} Conversation */

const FALLBACK_ZONE = "UTC";

export class Session {
  /** @param {object} workspace the answer of `/_sandbox/workspace` */
  constructor(workspace) {
    /** @type {Person|null} */
    this.me = null;
    /** @type {Conversation[]} */
    this.conversations = [];
    this.learn(workspace);
  }

  /** @param {object} workspace */
  learn(workspace) {
    this.team = workspace.team ?? { name: "Workspace" };
    this.openaiUrl = workspace.openai_url ?? null;
    this.botHandle = workspace.bot?.name;
    this.bot = workspace.bot ? { ...workspace.bot, name: workspace.app?.name ?? workspace.bot.name } : null;
    const { commands = [], shortcuts = [], has_home: hasHome = true, listens = true } = workspace.app ?? {};
    this.app = { commands, shortcuts, hasHome, listens };
    this.people = new Map((workspace.users ?? []).map((user) => [user.id, user]));
    this.groups = workspace.usergroups ?? [];
    this.channels = new Map((workspace.channels ?? []).map((channel) => [channel.id, channel]));
  }

  /** People one can be: no bots, nobody deactivated. */
  get humans() {
    return [...this.people.values()].filter(
      (person) => !person.is_bot && !person.deleted && person.id !== this.bot?.user_id,
    );
  }

  /** @param {string} id */
  become(id) {
    this.me = this.humans.find((person) => person.id === id) ?? null;
    return this.me;
  }

  get zone() {
    const zone = this.me?.tz ?? FALLBACK_ZONE;
    try {
      new Intl.DateTimeFormat("en-US", { timeZone: zone });
      return zone;
    } catch {
      return FALLBACK_ZONE;
    }
  }

  /** @param {string} id a person's or the bot's id */
  nameOf(id) {
    if (this.isBot(id)) return this.bot.name;
    if (id === "USLACKBOT") return "Slackbot";
    const person = this.people.get(id);
    return person?.display_name || person?.real_name || person?.name || id;
  }

  /**
   * The picture of a person or the bot; people get colours in their order, so that neighbours differ.
   * @param {string} id @param {{small?: boolean, name?: string}} [look] name: when it is not the usual one
   */
  face(id, { small = false, name = this.nameOf(id) } = {}) {
    return avatar(name, { small, bot: this.isBot(id), colour: Math.max(0, [...this.people.keys()].indexOf(id)) });
  }

  isBot(id) {
    return Boolean(this.bot && (id === this.bot.user_id || id === this.bot.id));
  }

  /** @param {string} id */
  usergroup(id) {
    return this.groups.find((group) => group.id === id);
  }

  channelName(id) {
    return (this.conversations.find((one) => one.id === id) ?? this.channels.get(id))?.name;
  }

  /** The direct message with the bot, if this person has one. */
  get botConversation() {
    return this.conversations.find((one) => one.is_im) ?? null;
  }

  /** @param {string} where a conversation's id, or "home" */
  addressOf(where, thread = null) {
    const hash = new URLSearchParams({ as: this.me?.id ?? "", in: where });
    if (thread) hash.set("thread", thread);
    return `#${hash}`;
  }
}
