/** What an opened project shows: people, models, tools, keys and whatever else is set for it. */
import { h } from "../dom.js";
import { ago, slackDate } from "../time.js";

/** @typedef {import("../types.js").Project} Project */

const UNITS = {
  max_requests_per_1_minute: "requests a minute",
  max_tokens_per_1_minute: "tokens a minute",
  max_images_per_1_minute: "images a minute",
  max_audio_megabytes_per_1_minute: "MB of audio a minute",
  max_requests_per_1_day: "requests a day",
  batch_1_day_max_input_tokens: "batch tokens a day",
};

const spaced = (word) => word.replaceAll("_", " ");
const list = (className, items) =>
  h(
    "ul",
    { class: className },
    items.map((item) => h("li", {}, item)),
  );

/** @param {Project} project  who works in it, and what is not listed of them */
function people({ members, members_total: total, groups }) {
  const rows = members.map((one) => [
    h("span", { class: "fact-name", title: one.email }, one.name),
    one.role === "none" ? null : h("span", { class: `tag ${one.role === "owner" ? "tag-owner" : ""}` }, one.role),
  ]);
  const named = groups.map((name) => [h("span", { class: "fact-name" }, name), h("span", { class: "tag" }, "group")]);
  return rows.length + named.length
    ? list("fact-rows", [...rows, ...named, ...leftOut(total - members.length)])
    : "Nobody";
}

const leftOut = (count) => (count > 0 ? [h("span", { class: "fact-soft" }, `and ${count} more`)] : []);

/** @param {Project["models"]} models */
function models({ mode, ids }) {
  if (mode === "every") return "Every model";
  if (!ids.length) return mode === "allow_list" ? "None" : "Every model";
  const listed = list(
    "model-list",
    ids.map((id) => h("code", {}, id)),
  );
  return mode === "allow_list" ? listed : ["Every model but ", listed];
}

function accounts({ service_accounts: accounts, service_accounts_total: total }) {
  return list("fact-rows", [
    ...accounts.map((one) => [
      h("span", { class: "fact-name" }, one.name),
      one.role === "owner" ? h("span", { class: "tag tag-owner" }, "owner") : null,
    ]),
    ...leftOut(total - accounts.length),
  ]);
}

const date = (seconds, zone) => slackDate(seconds, "{date_short}", zone);

/** @param {Project["keys"][0]} key */
function key(key, { zone, now }) {
  const used = key.last_used_at === null ? "never used" : `used ${ago(key.last_used_at, now)}`;
  const end =
    key.expires_at === null ? null : `${key.expires_at <= now ? "expired" : "expires"} ${date(key.expires_at, zone)}`;
  return [
    h("span", { class: "fact-name" }, key.name || "Key without a name"),
    h("code", { class: "key-value" }, key.redacted_value),
    h("span", { class: "fact-soft" }, [`of ${key.owner}`, used, end].filter(Boolean).join(" · ")),
  ];
}

const limit = (one) =>
  `${one.model}: ${one.value.toLocaleString("en-US")} of ${one.of.toLocaleString("en-US")} ${UNITS[one.name] ?? spaced(one.name)}`;

/**
 * @param {Project} project
 * @param {{zone: string, now: number}} clock  the reader's zone and the organisation's time
 * @returns {HTMLElement}
 */
export function facts(project, clock) {
  const { tools, keys, keys_total: keysTotal, rate_limits: limits } = project;
  const rows = [
    ["People", people(project)],
    ["Models", models(project.models)],
    ["Hosted tools", tools.length ? tools.map(spaced).join(", ") : "None"],
    ["Rate limits", limits.length ? list("fact-lines", limits.map(limit)) : null],
    ["Service accounts", project.service_accounts.length ? accounts(project) : null],
    [
      "API keys",
      keys.length ? list("keys", [...keys.map((one) => key(one, clock)), ...leftOut(keysTotal - keys.length)]) : "None",
    ],
    ["Project id", h("code", {}, project.id)],
  ];
  return h(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value !== null)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
