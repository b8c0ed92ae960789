/** Builds DOM nodes from data: text always becomes a text node, never markup. */

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "disabled", "open", "hidden", "selected"]);

/**
 * @param {Element} node
 * @param {Record<string, any>} props  attributes; `on` holds listeners, `dataset` data attributes
 */
function assign(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "dataset") {
      for (const [key, item] of Object.entries(value)) if (item != null) node.dataset[key] = String(item);
    } else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  append(node, children);
  assign(node, props);
  return node;
}

/** The same for SVG. @returns {SVGElement} */
export function s(tag, props = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  append(node, children);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, String(value));
  return node;
}

/** @param {Node} node @param {Array} children */
export function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

let serial = 0;

/** A fresh id, to tie labels to what they label. */
export function freshId(prefix = "n") {
  serial += 1;
  return `${prefix}-${serial}`;
}

/**
 * Brings `parent` to show `items`, keeping the node of every item whose key and content stayed the same, so that
 * focus, open menus and half-typed text survive a live update.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T, index: number) => string} keyOf
 * @param {(item: T, index: number) => string} contentOf
 * @param {(item: T, index: number) => HTMLElement} draw
 */
export function patch(parent, items, keyOf, contentOf, draw) {
  const before = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const wanted = items.map((item, index) => {
    const key = keyOf(item, index);
    const content = contentOf(item, index);
    const old = before.get(key);
    if (old && old.drawnFrom === content) return old;
    const node = draw(item, index);
    node.dataset.key = key;
    node.drawnFrom = content;
    return node;
  });
  const keep = new Set(wanted);
  for (const node of [...parent.children]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] ?? null);
  });
}

/** Runs `task` once things have been quiet for `delay` milliseconds. */
export function debounce(task, delay) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => task(...args), delay);
  };
}
