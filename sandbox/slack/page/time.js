/** Writes moments as Slack does, in the zone of whoever reads. All arguments are seconds since 1970, UTC. */

const DAY = 86400;

function part(seconds, zone, options) {
  return new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options }).format(new Date(seconds * 1000));
}

/** "10:02 AM" */
export const clock = (seconds, zone) =>
  part(seconds, zone, { hour: "numeric", minute: "2-digit" }).replace(/\u202f/g, " ");

const clockSeconds = (seconds, zone) =>
  part(seconds, zone, { hour: "numeric", minute: "2-digit", second: "2-digit" }).replace(/\u202f/g, " ");

/** "2026-11-23": also the key that separates days. */
export function isoDay(seconds, zone) {
  const bits = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return bits.format(new Date(seconds * 1000));
}

function ordinal(seconds, zone) {
  const day = Number(part(seconds, zone, { day: "numeric" }));
  const tail = day % 100 >= 11 && day % 100 <= 13 ? "th" : ({ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th");
  return `${day}${tail}`;
}

function nearby(seconds, zone, now) {
  const day = isoDay(seconds, zone);
  if (day === isoDay(now, zone)) return "Today";
  if (day === isoDay(now - DAY, zone)) return "Yesterday";
  if (day === isoDay(now + DAY, zone)) return "Tomorrow";
  return null;
}

const year = (seconds, zone) => part(seconds, zone, { year: "numeric" });
const month = (seconds, zone, length) => part(seconds, zone, { month: length });
const weekday = (seconds, zone) => part(seconds, zone, { weekday: "long" });
const withYear = (text, seconds, zone, now) =>
  Math.abs(seconds - now) < 183 * DAY ? text : `${text}, ${year(seconds, zone)}`;

const dateShort = (seconds, zone) =>
  `${part(seconds, zone, { month: "short", day: "numeric" })}, ${year(seconds, zone)}`;
const date = (seconds, zone, now) =>
  withYear(`${month(seconds, zone, "long")} ${ordinal(seconds, zone)}`, seconds, zone, now);
const dateLong = (seconds, zone) =>
  `${weekday(seconds, zone)}, ${month(seconds, zone, "long")} ${ordinal(seconds, zone)}, ${year(seconds, zone)}`;

/** "Today", "Yesterday", "Monday, November 23rd": the line between two days. */
export function dayLabel(seconds, zone, now = Date.now() / 1000) {
  const plain = `${weekday(seconds, zone)}, ${month(seconds, zone, "long")} ${ordinal(seconds, zone)}`;
  return nearby(seconds, zone, now) ?? withYear(plain, seconds, zone, now);
}

/** "3 minutes ago", "in 2 days" */
export function ago(seconds, now = Date.now() / 1000) {
  const steps = [
    ["year", 365 * DAY],
    ["month", 30 * DAY],
    ["day", DAY],
    ["hour", 3600],
    ["minute", 60],
  ];
  const distance = seconds - now;
  const [unit, size] = steps.find(([, length]) => Math.abs(distance) >= length) ?? ["second", 1];
  if (unit === "second" && Math.abs(distance) < 30) return "just now";
  return new Intl.RelativeTimeFormat("en-US", { numeric: "always" }).format(Math.trunc(distance / size), unit);
}

const TOKENS = {
  date_num: (at, zone) => isoDay(at, zone),
  date_slash: (at, zone) => part(at, zone, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date,
  date_short: dateShort,
  date_long: dateLong,
  date_pretty: (at, zone, now) => nearby(at, zone, now) ?? date(at, zone, now),
  date_short_pretty: (at, zone, now) => nearby(at, zone, now) ?? dateShort(at, zone),
  date_long_pretty: (at, zone, now) => nearby(at, zone, now) ?? dateLong(at, zone),
  day_divider_pretty: (at, zone, now) => dayLabel(at, zone, now),
  time: clock,
  time_secs: clockSeconds,
  ago: (at, zone, now) => ago(at, now),
};

/**
 * Fills the tokens of `<!date^seconds^format|fallback>`; an unknown token stays as it stands.
 * @param {number} seconds @param {string} format @param {string} zone
 */
export function slackDate(seconds, format, zone, now = Date.now() / 1000) {
  return format.replace(/\{([a-z_]+)\}/g, (whole, token, offset) => {
    const written = TOKENS[token]?.(seconds, zone, now) ?? whole;
    const midSentence = offset > 0 && token.endsWith("_pretty");
    return midSentence ? written.replace(/^(Today|Yesterday|Tomorrow)$/, (word) => word.toLowerCase()) : written;
  });
}
