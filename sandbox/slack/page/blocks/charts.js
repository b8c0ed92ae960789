/** Draws `data_visualization` blocks: bars, lines, areas and pies, with the figures as a table for every reader. */
import { freshId, h, s } from "../dom.js";

/** @typedef {import("../types.js").Block} Block */

const WIDE = 480;
const HIGH = 200;
const EDGE = { left: 46, right: 8, top: 8, bottom: 22 };
const ROUND = { x: 100, y: 100, r: 92 };
const STEPS = 4; // about as many lines lie across the plane
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const exact = new Intl.NumberFormat("en-US", { maximumFractionDigits: 9 });

const colour = (index) => `series-${index % 6}`;

/** The next round number: 1, 2 or 5 with noughts. @param {number} size */
function roundStep(size) {
  const unit = 10 ** Math.floor(Math.log10(size));
  return unit * [1, 2, 5, 10].find((each) => each * unit >= size * 0.999);
}

/** The plane that series are drawn on: where a category and a value lie. */
function plane({ series, axis_config: axes }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const step = roundStep((most - least || 1) / STEPS);
  const low = Math.floor(least / step) * step;
  const span = Math.ceil(most / step) * step - low || step;
  const width = WIDE - EDGE.left - EDGE.right;
  const slot = width / axes.categories.length;
  return {
    slot,
    lines: Array.from({ length: Math.round(span / step) + 1 }, (_, index) => low + step * index),
    x: (index) => EDGE.left + slot * (index + 0.5),
    y: (value) => HIGH - EDGE.bottom - ((value - low) / span) * (HIGH - EDGE.top - EDGE.bottom),
  };
}

function grid({ lines, y }) {
  return lines.map((value) => {
    const words = s("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, short.format(value));
    return [s("line", { x1: EDGE.left, x2: WIDE - EDGE.right, y1: y(value), y2: y(value), class: "grid" }), words];
  });
}

const labels = (categories, { x }) =>
  categories.map((name, index) => {
    const words =
      name.length * categories.length > 64 ? `${name.slice(0, Math.max(1, 56 / categories.length))}…` : name;
    return s("text", { x: x(index), y: HIGH - 6, "text-anchor": "middle" }, words);
  });

/** The values of one series in the order of the categories. */
const ordered = (one, categories) =>
  categories.map((name) => one.data.find((point) => point.label === name)?.value ?? 0);

const MARKS = {
  bar: (values, number, count, { x, y, slot }) => {
    const width = (slot * 0.7) / count;
    return values.map((value, index) =>
      s("rect", {
        x: x(index) - slot * 0.35 + width * number,
        y: Math.min(y(value), y(0)),
        width: Math.max(1, width - 1),
        height: Math.abs(y(value) - y(0)),
        class: colour(number),
      }),
    );
  },
  line: (values, number, _count, { x, y }) =>
    s("polyline", {
      points: values.map((value, index) => `${x(index)},${y(value)}`).join(" "),
      class: `stroke ${colour(number)}`,
    }),
  area: (values, number, count, at) => {
    const top = values.map((value, index) => `${at.x(index)},${at.y(value)}`);
    const ends = [`${at.x(values.length - 1)},${at.y(0)}`, `${at.x(0)},${at.y(0)}`];
    return [
      s("polygon", { points: [...top, ...ends].join(" "), class: `fill ${colour(number)}` }),
      MARKS.line(values, number, count, at),
    ];
  },
};

function drawSeries(chart) {
  const at = plane(chart);
  const { categories } = chart.axis_config;
  const marks = chart.series.map((one, number) =>
    MARKS[chart.type](ordered(one, categories), number, chart.series.length, at),
  );
  return { size: `0 0 ${WIDE} ${HIGH}`, shapes: [grid(at), marks, labels(categories, at)] };
}

function drawPie({ segments }) {
  const total = segments.reduce((sum, one) => sum + Math.max(0, one.value), 0) || 1;
  const point = (part) => {
    const angle = part * 2 * Math.PI - Math.PI / 2;
    return `${ROUND.x + ROUND.r * Math.cos(angle)} ${ROUND.y + ROUND.r * Math.sin(angle)}`;
  };
  let before = 0;
  const shapes = segments.map((one, number) => {
    const part = Math.max(0, one.value) / total;
    const from = before;
    before += part;
    if (part > 0.9999) return s("circle", { cx: ROUND.x, cy: ROUND.y, r: ROUND.r, class: colour(number) });
    const far = part > 0.5 ? 1 : 0;
    const path = `M${ROUND.x} ${ROUND.y}L${point(from)}A${ROUND.r} ${ROUND.r} 0 ${far} 1 ${point(before)}Z`;
    return s("path", { d: path, class: colour(number) });
  });
  return { size: "0 0 200 200", shapes };
}

function figures(chart) {
  const isPie = chart.type === "pie";
  const names = isPie ? chart.segments.map((one) => one.label) : chart.axis_config.categories;
  const series = isPie ? [{ name: "Value", data: chart.segments }] : chart.series;
  const row = (name) => [
    name,
    ...series.map((one) => exact.format(one.data.find((each) => each.label === name)?.value ?? 0)),
  ];
  return h(
    "details",
    { class: "figures" },
    h("summary", {}, "Figures"),
    h(
      "div",
      { class: "table-holder" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th"),
            series.map((one) => h("th", { scope: "col" }, one.name)),
          ),
        ),
        h(
          "tbody",
          {},
          names.map((name) => {
            const [first, ...rest] = row(name);
            return h(
              "tr",
              {},
              h("th", { scope: "row" }, first),
              rest.map((value) => h("td", { class: "align-right" }, value)),
            );
          }),
        ),
      ),
    ),
  );
}

/** @param {Block} block */
export function chart(block) {
  const { chart: drawn, title } = block;
  const { size, shapes } = drawn.type === "pie" ? drawPie(drawn) : drawSeries(drawn);
  const name = freshId("chart");
  const legend = (drawn.segments ?? drawn.series).map((one, number) =>
    h("li", {}, h("span", { class: `swatch ${colour(number)}` }), one.label ?? one.name),
  );
  const { x_label: x, y_label: y } = drawn.axis_config ?? {};
  const picture = s("svg", { viewBox: size, class: `chart chart-${drawn.type}`, role: "img", "aria-labelledby": name });
  picture.append(...shapes.flat(Infinity));
  return h(
    "figure",
    { class: "chart-block" },
    h("figcaption", { id: name }, title),
    y ? h("p", { class: "axis" }, y) : null,
    picture,
    x ? h("p", { class: "axis axis-x" }, x) : null,
    legend.length > 1 || drawn.type === "pie" ? h("ul", { class: "legend" }, legend) : null,
    figures(drawn),
  );
}
