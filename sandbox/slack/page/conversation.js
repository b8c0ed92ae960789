/** One conversation on screen: a channel, the app's messages, or a thread beside it. */
import * as api from "./api.js";
import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { FormState } from "./form.js";
import { MessageList } from "./messages.js";
import { explain, insist, surface } from "./surfaces.js";

/** @typedef {import("./types.js").Message} Message */

/** What stands in the composer's place where the app takes no messages. */
const noComposer = () => ({
  node: h("p", { class: "composer-off" }, "Sending messages to this app has been turned off."),
});

export class ConversationPane {
  /**
   * @param {object} spec
   * @param {import("./app.js").App} spec.app
   * @param {string} spec.channel
   * @param {string} spec.name          what the composer and the list call it
   * @param {string|null} spec.thread   the first message's ts, in a thread
   * @param {Node|null} spec.intro
   * @param {Node|null} spec.extra      the shortcuts menu, beside the composer
   */
  constructor({ app, channel, name, thread = null, intro = null, extra = null }) {
    Object.assign(this, { app, channel, thread });
    /** @type {Map<string, FormState>} */
    this.states = new Map();
    /** @type {Message[]} */
    this.messages = [];
    this.list = new MessageList({
      label: thread ? "Thread" : `Messages in ${name}`,
      intro,
      inThread: Boolean(thread),
      view: this.messageView(),
    });
    const isReadOnly = !app.session.app.listens && channel === app.session.botConversation?.id;
    this.composer = isReadOnly ? noComposer() : this.composerOf({ name, extra });
    this.node = h("div", { class: "conversation" }, this.list.node, this.composer.node);
  }

  composerOf({ name, extra }) {
    const { app, channel, thread } = this;
    return new Composer({
      session: app.session,
      label: thread ? "Reply…" : `Message ${name}`,
      inThread: Boolean(thread),
      extra,
      drafts: app.drafts,
      draftKey: `${app.session.me.id}/${channel}/${thread ?? ""}`,
      send: (text) => this.send(text),
      run: (command, text) => this.run(command, text),
    });
  }

  messageView() {
    const { app, channel } = this;
    return {
      session: app.session,
      surfaceOf: (message) => this.surfaceOf(message),
      openThread: this.thread ? null : (message) => app.openThread(channel, message.thread_ts ?? message.ts),
      runShortcut: (shortcut, message) => app.runShortcut(shortcut, { channel, ts: message.ts }),
    };
  }

  stateOf(message) {
    if (!this.states.has(message.ts)) this.states.set(message.ts, new FormState());
    return this.states.get(message.ts);
  }

  surfaceOf(message) {
    const { app, channel } = this;
    return surface({
      user: () => app.session.me.id,
      place: { channel, ts: message.ts },
      blocks: () => message.blocks ?? [],
      state: this.stateOf(message),
      after: () => app.lookAround(),
      fail: (words) => app.notices.say(words),
    });
  }

  /** Reads the messages again. */
  async refresh() {
    const { app, channel, thread } = this;
    const turn = (this.turn ?? 0) + 1;
    this.turn = turn;
    const { messages } = await api.messages(app.session.me.id, channel, thread);
    if (turn !== this.turn) return; // a later look is on its way and knows better
    this.messages = messages;
    this.list.show(messages);
  }

  async trying(task) {
    try {
      await task();
      return true;
    } catch (error) {
      this.app.notices.say(explain(error));
      return false;
    }
  }

  send(text) {
    const { app, channel, thread } = this;
    return this.trying(async () => {
      insist(
        await api.sendMessage({ user: app.session.me.id, channel, text, ...(thread ? { thread_ts: thread } : {}) }),
      );
      await app.lookAround();
    });
  }

  run(command, text) {
    const { app, channel, thread } = this;
    return this.trying(async () => {
      if (thread) throw new Error(`${command} is not supported in threads. Sorry!`);
      const isKnown = app.session.app.commands.some((one) => one.command === command);
      if (!isKnown) throw new Error(`${command} is not a valid command. Type / to see what there is.`);
      const answer = await api.command({ user: app.session.me.id, channel, command, text });
      if (answer.ok === false)
        throw new Error(`${command} failed with the error “${answer.error}”. ${explain(answer)}`);
      await app.lookAround();
    });
  }
}
