/** Whom "@" may name in what a person writes, and how their names become Slack's tokens. */

/** @typedef {import("./session.js").Session} Session */
/** @typedef {{id: string, label: string, more: string}} Mentionable */

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * People and the bot, longest name first so that "Ana Lopez" wins over "Ana".
 * @param {Session} session @returns {Mentionable[]}
 */
export function mentionables(session) {
  const people = session.humans.map((one) => ({
    id: one.id,
    label: session.nameOf(one.id),
    more: one.title || one.email || "",
  }));
  const bot = session.bot ? [{ id: session.bot.user_id, label: session.bot.name, more: "App" }] : [];
  return [...bot, ...people].sort((a, b) => b.label.length - a.label.length);
}

/**
 * What is sent for what was typed: known names become mentions. The workspace escapes everything else, as Slack does.
 * @param {string} typed @param {Session} session
 */
export function outgoing(typed, session) {
  return mentionables(session).reduce((text, one) => {
    const name = new RegExp(`(^|[\\s(])@${escaped(one.label)}(?![\\p{L}\\p{N}_-])`, "giu");
    return text.replace(name, (_, before) => `${before}<@${one.id}>`);
  }, typed.trim());
}
