/** Draws what holds or announces something else: containers, providers to sign in to, videos, files, calls, alerts. */
import { h } from "../dom.js";
import { drawElement } from "../elements/index.js";
import { picture } from "../elements/image.js";
import { icon } from "../icons.js";
import { link, plainText, textSpan } from "../mrkdwn.js";
import { richText } from "../rich_text.js";

/** @typedef {import("../types.js").Block} Block */

/** @param {Block} block @param {import("../blocks.js").Drawing} drawing */
export function container(block, drawing) {
  const { session, showBlocks } = drawing;
  const holder = h("div", { class: "blocks" });
  showBlocks(holder, block.child_blocks ?? [], drawing);
  const head = [
    block.icon ? picture(block.icon.image_url, block.icon.alt_text ?? "", "card-icon") : null,
    h(
      "div",
      { class: "card-words" },
      block.title ? h("strong", {}, plainText(block.title)) : richText(block.rich_text_title, session),
      block.subtitle ? h("small", {}, textSpan(block.subtitle, session)) : null,
    ),
  ];
  const className = `container container-${block.width ?? "standard"}`;
  if (block.is_collapsible) {
    const isOpen = !block.default_collapsed;
    return h(
      "details",
      { class: className, open: isOpen },
      h("summary", { class: "card-head" }, icon("down"), head),
      holder,
    );
  }
  const headClass = block.has_header_divider ? "card-head divided" : "card-head";
  return h("div", { class: className }, h("div", { class: headClass }, head), holder);
}

/** @param {Block} block */
export function authProvider(block, { surface, session }) {
  const { is_connected: isConnected, accessory, name } = block;
  const address = isConnected ? block.disconnect_url : block.auth_url;
  const identity = [block.connected_identity, block.connected_context].map(plainText).filter(Boolean).join(" · ");
  const overflow = accessory && drawElement({ block, element: accessory, surface, session, name: plainText(name) });
  return h(
    "div",
    { class: "card card-head" },
    block.icon_url ? picture(block.icon_url, "", "card-icon") : null,
    h(
      "div",
      { class: "card-words" },
      h("strong", {}, plainText(name)),
      h("small", {}, isConnected ? identity || "Connected" : plainText(block.description) || "Not connected"),
    ),
    address ? link(address, isConnected ? "Disconnect" : "Connect") : null,
    overflow ? overflow.node : null,
  );
}

/** @param {Block} block */
export function video(block) {
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return h(
    "figure",
    { class: "card video" },
    h(
      "figcaption",
      {},
      by ? h("small", {}, by) : null,
      h("strong", {}, link(block.title_url ?? block.video_url, plainText(block.title))),
      block.description ? h("p", {}, plainText(block.description)) : null,
    ),
    link(block.video_url, picture(block.thumbnail_url, block.alt_text, "picture")),
  );
}

const announced = (mark, title, more) =>
  h(
    "div",
    { class: "card card-head" },
    icon(mark),
    h("div", { class: "card-words" }, h("strong", {}, title), more ? h("small", {}, more) : null),
  );

/** @param {Block} block a file that lies elsewhere; Slack knows it by its external id */
export const file = (block) => announced("file", block.external_id, "A file kept elsewhere");

/** @param {Block} block */
export function call(block) {
  const known = block.call?.v1 ?? {};
  const join = known.join_url ? link(known.join_url, "Join") : null;
  return announced("people", known.name || known.title || "Call", join ?? block.call_id);
}

/** @param {Block} block */
export function alert(block, { session }) {
  const level = block.level ?? "default";
  return h(
    "div",
    { class: `alert alert-${level}`, role: level === "error" ? "alert" : "note" },
    icon(level === "success" ? "check" : "alert"),
    textSpan(block.text, session),
  );
}
