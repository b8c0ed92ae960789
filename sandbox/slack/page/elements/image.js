/** Pictures inside a block, and pictures as a block of their own. */
import { fileAddress } from "../api.js";
import { h } from "../dom.js";

const IN_ADDRESS = /[-/](F[A-Z0-9]{8,})\//;

/** Where a block's picture is: on the web, or a file of the workspace, which Slack names by its id or its address. */
export function addressOf(image, session) {
  const { image_url: web, slack_file: file } = image;
  if (web || !file) return web;
  const id = file.id ?? IN_ADDRESS.exec(file.url ?? "")?.[1];
  return id ? fileAddress(id, session.me?.id) : file.url;
}

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
export const imageElement = ({ element, session }) =>
  picture(addressOf(element, session), element.alt_text ?? "", "picture-small");
