/** What this browser remembers for the page, and the page alone where storage is forbidden. */

const memory = new Map();

/** @param {string} key @returns {string|null} */
export function recall(key) {
  try {
    return localStorage.getItem(key) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null; // as in some private windows
  }
}

/** @param {string} key @param {string} value */
export function remember(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // the memory of this page is enough then
  }
}
