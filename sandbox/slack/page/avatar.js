/** Avatars drawn from initials. */
import { h } from "./dom.js";

const COLOURS = 8;

/** "Ada Lovelace" → "AL" */
export function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N}\s.-]/gu, "")
    .split(/[\s.-]+/)
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

/** @param {string} name @param {{small?: boolean, bot?: boolean, colour?: number}} [look] */
export function avatar(name, { small = false, bot = false, colour = 0 } = {}) {
  const look = bot ? "avatar-bot" : `avatar-${colour % COLOURS}`;
  return h("span", { class: `avatar ${look} ${small ? "avatar-small" : ""}`, "aria-hidden": "true" }, initials(name));
}
