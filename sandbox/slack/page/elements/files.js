/** Files of a form: uploaded when they are chosen, named below the button, taken away again by theirs. */
import * as api from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";

/** @typedef {import("./field.js").Field} Field */

const MOST = 10;

const read = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.readAsDataURL(file);
  });

/** @param {Field} field */
export function fileInput(field) {
  const { element, session } = field;
  const most = element.max_files ?? MOST;
  const list = h("ul", { class: "files-chosen" });
  const problem = h("p", { class: "files-problem", role: "alert", hidden: true });
  const input = h("input", {
    ...field.hooks,
    id: field.id,
    type: "file",
    multiple: most > 1,
    accept: (element.filetypes ?? []).map((type) => `.${type}`).join(","),
    on: { change: () => add([...input.files]) },
  });

  const complain = (words) => {
    problem.hidden = !words;
    problem.textContent = words;
  };

  async function add(chosen) {
    input.value = "";
    const room = most - (field.value ?? []).length;
    complain(chosen.length > room ? `At most ${most} ${most === 1 ? "file" : "files"}.` : "");
    for (const file of chosen.slice(0, Math.max(0, room))) {
      try {
        const made = await api.upload({ user: session.me.id, name: file.name, content: await read(file) });
        keep([...(field.value ?? []), { id: made.file.id, name: made.file.name }]);
      } catch (error) {
        complain(error.message);
      }
    }
  }

  function keep(files) {
    field.changed(files);
    show();
  }

  function show() {
    const files = field.value ?? [];
    list.replaceChildren(
      ...files.map((file) =>
        h(
          "li",
          {},
          h("span", {}, file.name),
          h(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${file.name}`,
              on: { click: () => keep(files.filter((one) => one.id !== file.id)) },
            },
            icon("close"),
          ),
        ),
      ),
    );
  }

  show();
  return h("div", { class: "files-input" }, input, list, problem);
}
