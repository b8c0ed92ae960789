/** Draws one message: who, when, its blocks or text, files, and what one can do with it. */
import { fileAddress } from "./api.js";
import { showBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { menuButton } from "./elements/menu.js";
import { picture } from "./elements/image.js";
import { icon, iconButton } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { ago, clock, slackDate } from "./time.js";

/** @typedef {import("./types.js").Message} Message */

/**
 * @typedef {object} MessageView
 * @property {import("./session.js").Session} session
 * @property {(message: Message) => import("./types.js").Surface} surfaceOf
 * @property {((message: Message) => void)|null} openThread   null inside a thread
 * @property {(shortcut: object, message: Message) => void} runShortcut
 */

export const isEphemeral = (message) => Boolean(message.is_ephemeral ?? message.ephemeral);
const seconds = (ts) => Number(ts.split(".")[0]);

/** @param {Message} message */
export function authorOf(message, session) {
  const isApp = Boolean(message.bot_id) || session.isBot(message.user);
  const id = message.user ?? message.bot_id ?? "?";
  const ownName = message.username && message.username !== session.botHandle ? message.username : null;
  return { id, isApp, name: ownName ?? (isApp && session.bot ? session.bot.name : session.nameOf(id)) };
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function file(one) {
  const name = one.title || one.name || one.id;
  const address = fileAddress(one.id);
  const isPicture = one.mimetype?.startsWith("image/") || /\.(png|jpe?g|gif|svg|webp)$/i.test(one.name ?? "");
  return h(
    "div",
    { class: "file" },
    isPicture ? picture(address, one.alt_txt || name, "picture") : null,
    h(
      "a",
      { class: "file-card", href: address, download: one.name || name, dataset: { fileId: one.id } },
      icon("file"),
      h("span", {}, h("strong", {}, name), h("small", {}, one.size ? size(one.size) : "File")),
      h("span", { class: "file-get" }, icon("download"), "Download"),
    ),
  );
}

function attachment(one, message, view) {
  const body = h("div", { class: "attachment" });
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) body.style.borderLeftColor = `#${one.color.replace("#", "")}`;
  if (one.blocks) showBlocks(body, one.blocks, { surface: view.surfaceOf(message), session: view.session });
  else
    body.append(
      mrkdwn([one.pretext, one.title && `*${one.title}*`, one.text].filter(Boolean).join("\n"), view.session),
    );
  return body;
}

/** Stands on the last line of what was said, as far as that is a plain paragraph. */
function editedMark(body) {
  const last = body.firstElementChild?.lastElementChild;
  (last?.tagName === "P" ? last : body).append(" ", h("span", { class: "edited" }, "(edited)"));
}

function content(message, view) {
  const body = h("div", { class: "message-body" });
  if (message.blocks?.length) {
    const holder = h("div", { class: "blocks" });
    showBlocks(holder, message.blocks, { surface: view.surfaceOf(message), session: view.session });
    body.append(holder);
  } else if (message.text) body.append(mrkdwn(message.text, view.session));
  if (message.edited) editedMark(body);
  for (const one of message.attachments ?? []) body.append(attachment(one, message, view));
  for (const one of message.files ?? []) body.append(file(one));
  return body;
}

function replies(message, view) {
  if (!view.openThread || !message.reply_count) return null;
  const count = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const users = (message.reply_users ?? []).slice(0, 4);
  return h(
    "button",
    { type: "button", class: "replies", on: { click: () => view.openThread(message) } },
    h(
      "span",
      { class: "replies-faces" },
      users.map((id) => view.session.face(id, { small: true })),
    ),
    h("span", { class: "replies-count" }, count),
    message.latest_reply
      ? h("span", { class: "replies-last", "aria-hidden": "true" }, `Last reply ${ago(seconds(message.latest_reply))}`)
      : null,
  );
}

function tools(message, view) {
  if (isEphemeral(message)) return null;
  const shortcuts = view.session.app.shortcuts.filter((one) => one.type === "message");
  const app = view.session.bot?.name ?? "App";
  return h(
    "div",
    { class: "message-tools" },
    view.openThread ? iconButton("thread", "Reply in thread", () => view.openThread(message)) : null,
    menuButton({
      name: "More actions",
      content: icon("dots"),
      empty: "No shortcuts for messages",
      entries: () =>
        shortcuts.map((one) => ({
          label: one.name,
          description: `${app}${one.description ? ` · ${one.description}` : ""}`,
          run: () => view.runShortcut(one, message),
          hook: { callbackId: one.callback_id },
        })),
    }),
  );
}

function heading(author, message, session) {
  const at = seconds(message.ts);
  return h(
    "div",
    { class: "message-head" },
    h("strong", { class: "message-author" }, author.name),
    author.isApp ? h("span", { class: "app-badge" }, "APP") : null,
    h(
      "time",
      {
        class: "message-time",
        datetime: new Date(at * 1000).toISOString(),
        title: slackDate(at, "{date_long} at {time_secs}", session.zone),
      },
      clock(at, session.zone),
    ),
  );
}

/** @param {Message} message @param {boolean} follows  whether the one above is by the same author, moments ago */
export function drawMessage(message, follows, view) {
  const { session } = view;
  const author = authorOf(message, session);
  const at = clock(seconds(message.ts), session.zone);
  const hidden = isEphemeral(message);
  const classes = ["message", follows && "message-follows", hidden && "message-ephemeral"].filter(Boolean).join(" ");
  const face = follows
    ? h("span", { class: "message-gutter", "aria-hidden": "true" }, at.replace(/ [AP]M/, ""))
    : session.face(author.id, { name: author.name });
  return h(
    "article",
    { class: classes, dataset: { ts: message.ts }, "aria-label": `${author.name}, ${at}` },
    hidden ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    message.subtype === "thread_broadcast" && view.openThread
      ? h("div", { class: "only-you" }, icon("thread"), "Replied to a thread")
      : null,
    face,
    h(
      "div",
      { class: "message-main" },
      follows ? null : heading(author, message, session),
      content(message, view),
      replies(message, view),
    ),
    tools(message, view),
  );
}
