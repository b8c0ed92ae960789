/** Puts the columns together: sidebar, the open conversation or Home, and a thread beside it. */
import { ConversationPane } from "./conversation.js";
import { h } from "./dom.js";
import { menuButton } from "./elements/menu.js";
import { icon, iconButton } from "./icons.js";
import { OrganisationPane } from "./organisation/pane.js";

/** @typedef {import("./app.js").App} App */

const HAS_KEYBOARD = "(hover: hover)"; // on a phone the focus would bring up the keys over what one came to read

const lowerFirst = (words) => words.charAt(0).toLowerCase() + words.slice(1).replace(/\.$/, "");

export class Layout {
  /** @param {{app: App, sidebar: import("./sidebar.js").Sidebar}} spec */
  constructor({ app, sidebar }) {
    Object.assign(this, { app, sidebar });
    this.main = h("main", { class: "main" });
    this.aside = h("aside", { class: "thread", "aria-label": "Thread", hidden: true });
    const shade = h("div", { class: "shade", on: { click: () => this.openSidebar(false) } });
    this.organisation = this.organisationPane();
    this.node = h("div", { class: "layout" }, sidebar.node, shade, this.main, this.aside, this.organisation?.node);
    this.organisation?.restore();
    sidebar.node.addEventListener("click", (event) => {
      if (!event.target.closest("a")) return;
      this.openSidebar(false);
      this.organisation?.makeWay();
    });
  }

  /** The OpenAI organisation, where the workspace knows of one. */
  organisationPane() {
    const { session } = this.app;
    if (!session.openaiUrl) return null;
    const onToggle = (isOpen) => this.node.classList.toggle("with-organisation", isOpen);
    return new OrganisationPane({ url: session.openaiUrl, session, onToggle });
  }

  openSidebar(yes) {
    this.node.classList.toggle("sidebar-open", yes);
  }

  /** The app's global shortcuts, behind the lightning. */
  shortcuts() {
    const { app } = this;
    return menuButton({
      name: "Shortcuts",
      content: icon("bolt"),
      empty: "No shortcuts",
      entries: () =>
        app.session.app.shortcuts
          .filter((one) => one.type === "global")
          .map((one) => ({
            label: one.name,
            description: one.description || app.session.bot?.name,
            run: () => app.runShortcut(one),
            hook: { callbackId: one.callback_id },
          })),
    });
  }

  /** What one can type here, for whoever comes for the first time. */
  commands() {
    return this.app.session.app.commands.map((one) =>
      h("p", {}, "Type ", h("code", {}, one.command), one.description ? `: ${lowerFirst(one.description)}.` : "."),
    );
  }

  /** @param {string} id */
  conversationPane(id) {
    const { session } = this.app;
    const one = session.conversations.find((each) => each.id === id);
    const isBot = one?.id === session.botConversation?.id;
    const name = isBot ? session.bot.name : `#${one?.name ?? id}`;
    const words = isBot
      ? `This is where ${name} writes to you, and nobody else reads it.`
      : `This is the beginning of ${name}.`;
    const intro = h(
      "div",
      { class: "intro" },
      isBot ? session.face(session.bot.user_id) : h("span", { class: "intro-mark" }, icon("hash")),
      h("h2", {}, name),
      h("p", {}, words),
      isBot && !session.app.listens ? null : this.commands(),
    );
    return new ConversationPane({ app: this.app, channel: id, name, intro, extra: this.shortcuts() });
  }

  /** @param {string} where */
  show(where) {
    const { app } = this;
    this.openSidebar(false);
    const content = where === "home" ? app.home.node : app.conversation?.node;
    if (this.main.lastElementChild !== content || this.shownFor !== `${app.session.me.id}/${where}`) {
      this.main.replaceChildren(
        this.head(where),
        content ?? h("p", { class: "starting" }, "There is no conversation yet."),
      );
    }
    this.shownFor = `${app.session.me.id}/${where}`;
    this.showThread(where);
  }

  head(where) {
    const { session } = this.app;
    const isApp = where === "home" || where === session.botConversation?.id;
    const menu = iconButton("menu", "Menu", () => this.openSidebar(true), "icon-button menu-button");
    const one = session.conversations.find((each) => each.id === where);
    const topic = typeof one?.topic === "string" ? one.topic : one?.topic?.value;
    const title = isApp
      ? [session.face(session.bot.user_id, { small: true }), session.bot.name]
      : [icon("hash"), one?.name ?? ""];
    return h(
      "header",
      { class: "main-head" },
      h(
        "div",
        { class: "main-title" },
        menu,
        h("h1", {}, title),
        topic ? h("p", { class: "topic" }, topic) : null,
        this.organisation?.button,
      ),
      isApp ? this.tabs(where) : null,
    );
  }

  tabs(where) {
    const { session } = this.app;
    const direct = session.botConversation;
    const tab = (id, words) =>
      h("a", { href: session.addressOf(id), role: "tab", class: "tab", "aria-selected": String(where === id) }, words);
    return h(
      "div",
      { class: "tabs", role: "tablist", "aria-label": session.bot.name },
      session.app.hasHome ? tab("home", "Home") : null,
      direct ? tab(direct.id, "Messages") : null,
    );
  }

  showThread(where) {
    const { app } = this;
    const pane = app.threadPane;
    this.aside.hidden = !pane;
    this.node.classList.toggle("with-thread", Boolean(pane));
    if (!pane) {
      this.aside.replaceChildren();
      return;
    }
    if (this.aside.lastElementChild === pane.node) return;
    const channel = app.session.channelName(where);
    const isDirect = where === app.session.botConversation?.id;
    this.aside.replaceChildren(
      h(
        "header",
        { class: "thread-head" },
        h("h2", {}, "Thread"),
        h("small", {}, isDirect ? app.session.bot.name : `# ${channel ?? ""}`),
        iconButton("close", "Close thread", () => app.closeThread()),
      ),
      pane.node,
    );
    if (matchMedia(HAS_KEYBOARD).matches) pane.composer.input?.focus();
  }
}
