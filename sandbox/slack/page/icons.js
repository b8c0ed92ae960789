/** The page's line icons, drawn here so that nothing is fetched. */
import { h, s } from "./dom.js";

const PATHS = {
  hash: "M7 3 5.5 17M14.5 3 13 17M3.5 7.5h14M2.5 12.5h14",
  bolt: "M11.5 2 4 11.5h5L8.5 18 16 8.5h-5z",
  dots: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  down: "M5 8l5 5 5-5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  thread: "M3 4.5h14v9H9l-3.5 3v-3H3zM6.5 8h7M6.5 10.5h4.5",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  send: "M3 3.5 17.5 10 3 16.5 5 10zM5 10h6",
  file: "M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15",
  download: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
  chart: "M3 16.5h14M5.5 13.5V9M10 13.5v-9M14.5 13.5v-6",
  people:
    "M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c.4-3 2.6-4.5 5.5-4.5s5.1 1.5 5.5 4.5M13.5 10a2.5 2.5 0 1 0-1-4.8M14.5 12.2c2 .3 3.3 1.7 3.6 4.3",
  check: "M4 10.5 8.5 15 16 6",
  more: "M10 3.5a6.5 6.5 0 1 0 6.5 6.5M10 6.5V10l2.5 2",
  thumb: "M3 9h3v8H3zM6 9l3.5-6.5c1.5 0 2 1 1.8 2.2L10.8 8h4.7c1 0 1.7.9 1.4 1.9l-1.6 5.6c-.2.9-1 1.5-1.9 1.5H6",
  trash: "M3.5 5.5h13M8 5.5V3h4v2.5M5 5.5l1 11.5h8l1-11.5M8.5 8.5v5.5M11.5 8.5v5.5",
  alert: "M10 3 2.5 16.5h15zM10 8v4M10 14.2h.01",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  return s(
    "svg",
    { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    s("path", {
      d: PATHS[name],
      fill: "none",
      stroke: "currentColor",
      "stroke-width": name === "dots" ? 2.6 : 1.6,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

/**
 * A button that is only an icon; its name is for those who do not see it, and for whoever hovers over it.
 * @param {keyof typeof PATHS} name @param {string} label @param {() => void} onClick @param {string} [className]
 */
export function iconButton(name, label, onClick, className = "icon-button") {
  const props = { type: "button", class: className, "aria-label": label, title: label, on: { click: onClick } };
  return h("button", props, icon(name));
}
