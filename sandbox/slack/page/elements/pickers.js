/** Dates and times, by the browser's own pickers. */
import { h } from "../dom.js";

/** @typedef {import("./field.js").Field} Field */

const TYPES = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" };

// A moment is seconds since 1970 for the app and a local date and time for the picker.
const toLocal = (seconds) => {
  const at = new Date(seconds * 1000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};
const fromLocal = (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : null);

/** @param {Field} field */
export function picker(field) {
  const { element } = field;
  const isMoment = element.type === "datetimepicker";
  const shown = isMoment && field.value ? toLocal(Number(field.value)) : (field.value ?? "");
  return h("input", {
    ...field.hooks,
    id: field.id,
    class: "text-input picker",
    type: TYPES[element.type],
    value: String(shown),
    on: { change: (event) => field.changed(isMoment ? fromLocal(event.target.value) : event.target.value || null) },
  });
}
