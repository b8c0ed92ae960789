/** Pictures inside a block, and pictures as a block of their own. */
import { h } from "../dom.js";

/** @param {string} address @param {string} words @param {string} className */
export function picture(address, words, className) {
  if (!/^(https?:\/\/|\/)/i.test(address ?? "")) return h("span", { class: "picture-missing" }, words);
  return h("img", {
    src: address,
    alt: words,
    class: className,
    loading: "lazy",
    on: { error: (event) => event.target.replaceWith(h("span", { class: "picture-missing" }, words || "Picture")) },
  });
}

/** @param {import("./field.js").Field} field */
export const imageElement = ({ element }) => picture(element.image_url, element.alt_text ?? "", "picture-small");
