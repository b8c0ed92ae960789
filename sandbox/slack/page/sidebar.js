/** The left column: which workspace, who you are, channels, the app. */
import { teams } from "./api.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** @typedef {import("./session.js").Session} Session */

const about = (person, session) =>
  [person.title, person.email, person.team_id && person.team_id !== session.team.id ? "another workspace" : ""]
    .filter(Boolean)
    .join(" · ");

/**
 * The list of people one can be.
 * @param {Session} session @param {(id: string) => void} onPick
 */
export function peopleList(session, onPick) {
  return h(
    "ul",
    { class: "people" },
    session.humans.map((person) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            class: "person",
            "aria-current": person.id === session.me?.id ? "true" : null,
            dataset: { userId: person.id },
            on: { click: () => onPick(person.id) },
          },
          session.face(person.id),
          h(
            "span",
            { class: "person-words" },
            h("strong", {}, session.nameOf(person.id)),
            h("small", {}, about(person, session)),
          ),
        ),
      ),
    ),
  );
}

/** Each workspace is a page of its own, so that two tabs can show two of them. */
function chooseTeam(all, current) {
  openDialog({
    title: "Workspaces",
    className: "dialog-people",
    body: h(
      "ul",
      { class: "people" },
      all.map((team) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              class: "person",
              href: `/?${new URLSearchParams({ team: team.id })}`,
              "aria-current": team.id === current.id ? "true" : null,
            },
            h(
              "span",
              { class: "person-words" },
              h("strong", {}, team.name),
              h("small", {}, team.enterprise ? `Part of ${team.enterprise.name}` : team.domain),
            ),
          ),
        ),
      ),
    ),
  });
}

/** The first screen: nobody yet. */
export function welcome(session, onPick) {
  return h(
    "main",
    { class: "welcome" },
    h(
      "div",
      { class: "welcome-card" },
      h("p", { class: "welcome-mark" }, icon("people"), session.team.name),
      h("h1", {}, "Who are you?"),
      h("p", {}, "Pick a person. Another tab can be somebody else."),
      peopleList(session, onPick),
    ),
  );
}

export class Sidebar {
  /**
   * @param {object} spec
   * @param {Session} spec.session
   * @param {import("./unread.js").Unread} spec.unread
   * @param {(id: string) => void} spec.onPerson
   */
  constructor({ session, unread, onPerson }) {
    Object.assign(this, { session, unread, onPerson });
    this.who = h("button", {
      type: "button",
      class: "who",
      "aria-haspopup": "dialog",
      on: { click: () => this.choosePerson() },
    });
    this.team = h(
      "div",
      { class: "sidebar-team" },
      h("strong", {}, session.team.name),
      h("small", {}, "Local workspace"),
    );
    teams()
      .then((all) => this.offerTeams(all))
      .catch(() => {}); // then there is only this one to be seen
    this.lists = h("div", { class: "sidebar-lists" });
    this.node = h(
      "nav",
      { class: "sidebar", "aria-label": "Workspace" },
      this.team,
      this.lists,
      this.who,
    );
  }

  /** Makes the workspace's name a way to the others, if there are any. */
  offerTeams(all) {
    if (all.length < 2) return;
    const { team } = this.session;
    const other = h(
      "button",
      { type: "button", "aria-haspopup": "dialog", on: { click: () => chooseTeam(all, team) } },
      "Other workspaces",
      icon("down"),
    );
    this.team.append(other);
  }

  choosePerson() {
    const dialog = openDialog({
      title: "Who are you?",
      className: "dialog-people",
      body: [
        h("p", { class: "dialog-lead" }, "Another tab can be somebody else."),
        peopleList(this.session, (id) => {
          dialog.close();
          this.onPerson(id);
        }),
      ],
    });
  }

  /** @param {string} where the conversation that is open, or "home" */
  show(where) {
    const { session } = this;
    const { me, conversations } = session;
    this.who.replaceChildren(
      session.face(me.id),
      h(
        "span",
        { class: "person-words" },
        h("strong", {}, session.nameOf(me.id)),
        h("small", {}, me.title || me.email || ""),
      ),
      icon("down"),
    );
    this.who.setAttribute("aria-label", `You are ${session.nameOf(me.id)}. Be somebody else`);
    const channels = conversations.filter((one) => !one.is_im);
    const direct = session.botConversation;
    this.lists.replaceChildren(
      h("h2", {}, "Channels"),
      h(
        "ul",
        {},
        channels.map((one) =>
          this.row(one.id, one.name, h("span", { class: "row-mark" }, icon("hash")), where === one.id),
        ),
      ),
      session.bot ? h("h2", {}, "Apps") : "",
      session.bot
        ? h(
            "ul",
            {},
            this.row(
              direct?.id ?? "home",
              session.bot.name,
              session.face(session.bot.user_id, { small: true }),
              where === direct?.id || where === "home",
            ),
          )
        : "",
    );
  }

  row(id, name, mark, isOpen) {
    const { count, mentions } = isOpen ? { count: 0, mentions: 0 } : this.unread.of(id);
    return h(
      "li",
      {},
      h(
        "a",
        {
          href: this.session.addressOf(id),
          class: `row ${count ? "row-unread" : ""}`,
          "aria-current": isOpen ? "page" : null,
          dataset: { channel: id },
        },
        mark,
        h("span", { class: "row-name" }, name),
        mentions
          ? h("span", { class: "badge" }, h("span", { class: "out-of-sight" }, " unread: "), String(mentions))
          : null,
      ),
    );
  }
}
