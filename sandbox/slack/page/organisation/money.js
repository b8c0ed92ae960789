/** Writes amounts of whole cents. */

const exact = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const round = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 0 });

/** "$2,000" or "$12.50" @param {number} cents */
export const dollars = (cents) => (cents % 100 ? exact : round).format(cents / 100);

/** "$1,480.25 of $2,000" @param {number} spent @param {number|null} limit */
export const spentOf = (spent, limit) => (limit === null ? dollars(spent) : `${dollars(spent)} of ${dollars(limit)}`);

const NEAR = 0.8; // of the limit: from here on the bar warns

/** How full a limit is, and how much that matters. @returns {{part: number, level: ""|"near"|"over"}} */
export function fullness(spent, limit) {
  const part = limit ? spent / limit : 0;
  return { part: Math.max(0, Math.min(part, 1)), level: part >= 1 ? "over" : part >= NEAR ? "near" : "" };
}
