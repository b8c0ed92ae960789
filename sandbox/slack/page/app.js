/** Starts the page: who looks, what they look at, and how it stays up to date. */
import * as api from "./api.js";
import { ConversationPane } from "./conversation.js";
import { debounce, h } from "./dom.js";
import { Home } from "./home.js";
import { Layout } from "./layout.js";
import { Live } from "./live.js";
import { Modal } from "./modal.js";
import { Notices } from "./notices.js";
import { Session } from "./session.js";
import { Sidebar, welcome } from "./sidebar.js";
import { explain, insist } from "./surfaces.js";
import { Unread } from "./unread.js";

const QUIET = 30; // milliseconds in which events of one change are gathered
const EVENTS_OF_VIEWS = new Set(["view", "home"]);

export class App {
  /** @param {HTMLElement} root @param {object} workspace */
  constructor(root, workspace) {
    this.root = root;
    this.session = new Session(workspace);
    this.notices = new Notices();
    this.unread = new Unread(this.session);
    this.drafts = new Map();
    this.modal = new Modal({ session: this.session, look: () => this.lookAtView(), notices: this.notices });
    this.sidebar = new Sidebar({ session: this.session, unread: this.unread, onPerson: (id) => this.goAs(id) });
    this.layout = new Layout({ app: this, sidebar: this.sidebar });
    this.live = new Live({
      onEvent: (event) => this.heard(event),
      onDown: () => this.notices.lineDown(),
      onBack: () => this.back(),
    });
    this.changed = new Set();
    this.catchUp = debounce(() => this.follow(), QUIET);
    document.body.append(this.modal.node, this.notices.node);
    document.title = this.session.team.name;
  }

  get route() {
    const hash = new URLSearchParams(location.hash.slice(1));
    return { as: hash.get("as"), where: hash.get("in"), thread: hash.get("thread") };
  }

  /** @param {{as: string, where?: string, thread?: string}} route */
  go({ as, where, thread }) {
    const hash = new URLSearchParams(Object.entries({ as, in: where, thread }).filter(([, value]) => value));
    location.hash = hash.toString();
  }

  /** Goes on as somebody else, in the same channel and thread; what is private to a person stays with them. */
  goAs(id) {
    const { where, thread } = this.route;
    const isShared = this.session.channels.has(where);
    this.go(isShared ? { as: id, where, thread } : { as: id });
  }

  /** Shows what the address asks for. */
  async open() {
    const { as } = this.route;
    if (this.session.me?.id !== as) await this.become(as);
    if (!this.session.me) {
      this.root.replaceChildren(welcome(this.session, (id) => this.goAs(id)));
      return;
    }
    this.arrange();
    await Promise.all([this.lookAround(), this.lookAtHome()]);
  }

  async become(id) {
    this.modal.gone();
    this.live.stop();
    // Nothing that one person saw may stand there for the next.
    this.conversation = null;
    this.threadPane = null;
    this.home = null;
    this.unread.counts.clear();
    if (!this.session.become(id)) return;
    document.title = `${this.session.nameOf(id)} · ${this.session.team.name}`;
    await this.learnConversations();
    this.live.follow(id);
    await this.countUnread();
  }

  async learnConversations() {
    const { channels } = await api.conversations(this.session.me.id);
    this.session.conversations = channels;
  }

  /** Builds the panes the route names, keeping those already there. */
  arrange() {
    const { where, thread } = this.place;
    if (where === "home") {
      this.home ??= new Home({
        session: this.session,
        after: () => this.lookAround(),
        fail: (words) => this.notices.say(words),
      });
      this.conversation = null;
    } else if (this.conversation?.channel !== where) {
      this.conversation = where ? this.layout.conversationPane(where) : null;
    }
    if (this.threadPane?.thread !== thread || this.threadPane?.channel !== where || !this.conversation) {
      this.threadPane =
        thread && this.conversation
          ? new ConversationPane({ app: this, channel: where, name: "the thread", thread })
          : null;
    }
    if (this.root.firstElementChild !== this.layout.node) this.root.replaceChildren(this.layout.node);
    this.layout.show(where);
  }

  /** Where we are: the address, or the first channel when it names nothing we have. */
  get place() {
    const { where, thread } = this.route;
    const { conversations } = this.session;
    const known = where === "home" || conversations.some((one) => one.id === where);
    return known ? { where, thread } : { where: conversations[0]?.id ?? "home", thread: null };
  }

  openThread(channel, ts) {
    this.go({ as: this.session.me.id, where: channel, thread: ts });
  }

  closeThread() {
    this.go({ as: this.session.me.id, where: this.place.where });
  }

  /** @param {{callback_id: string}} shortcut @param {{channel?: string, ts?: string}} [on] */
  async runShortcut(shortcut, on = {}) {
    try {
      insist(await api.shortcut({ user: this.session.me.id, callback_id: shortcut.callback_id, ...on }));
    } catch (error) {
      this.notices.say(explain(error));
    }
    await this.lookAround();
  }

  async lookAtView() {
    const { view } = await api.view(this.session.me.id);
    this.modal.show(view);
  }

  /** Opening the Home tab tells the app, so this is asked when a person comes here or the app has published. */
  async lookAtHome() {
    if (this.place.where !== "home") return;
    const { view } = await api.home(this.session.me.id);
    this.home.show(view);
  }

  /** Reads again everything that is on screen. */
  async lookAround() {
    try {
      await Promise.all([this.conversation?.refresh(), this.threadPane?.refresh(), this.lookAtView()]);
      this.markSeen();
    } catch (error) {
      this.notices.say(explain(error));
    }
  }

  markSeen() {
    if (this.conversation && document.visibilityState === "visible") {
      this.unread.seen(this.conversation.channel, this.conversation.messages);
    }
    this.sidebar.show(this.place.where);
  }

  async countUnread(only = null) {
    const open = this.conversation?.channel;
    const wanted = this.session.conversations.filter((one) => one.id !== open && (!only || only.has(one.id)));
    await Promise.all(
      wanted.map(async (one) => {
        await this.unread.count(one.id, Boolean(one.is_im), (thread) =>
          api.messages(this.session.me.id, one.id, thread),
        );
      }),
    );
  }

  /** @param {{type: string, channel?: string}} event */
  heard(event) {
    this.changed.add(EVENTS_OF_VIEWS.has(event.type) ? event.type : (event.channel ?? "everything"));
    this.catchUp();
  }

  /** Looks again at what the gathered events touched. */
  async follow() {
    const touched = this.changed;
    this.changed = new Set();
    const known = (id) => EVENTS_OF_VIEWS.has(id) || this.session.conversations.some((one) => one.id === id);
    try {
      if ([...touched].some((id) => !known(id))) await this.learnConversations();
      await this.countUnread(touched);
      if (touched.has("home")) await this.lookAtHome();
    } catch (error) {
      this.notices.say(explain(error));
    }
    await this.lookAround();
  }

  async back() {
    this.notices.lineBack();
    this.session.learn(await api.workspace());
    await this.learnConversations();
    await this.countUnread();
    await this.lookAround();
  }
}

async function start() {
  const root = document.getElementById("app");
  try {
    const app = new App(root, await api.workspace());
    const open = () => app.open().catch((error) => app.notices.say(explain(error)));
    window.addEventListener("hashchange", open);
    document.addEventListener("visibilitychange", () => app.session.me && app.markSeen());
    await open();
  } catch (error) {
    root.replaceChildren(h("p", { class: "starting", role: "alert" }, explain(error)));
  }
}

start();
