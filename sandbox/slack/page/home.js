/** The Home tab of the app. */
import { showBlocks } from "./blocks.js";
import { h } from "./dom.js";
import { FormState } from "./form.js";
import { surface } from "./surfaces.js";

export class Home {
  /**
   * @param {object} spec
   * @param {import("./session.js").Session} spec.session
   * @param {() => Promise<void>} spec.after
   * @param {(words: string) => void} spec.fail
   */
  constructor({ session, after, fail }) {
    Object.assign(this, { session, after, fail });
    this.state = new FormState();
    this.body = h("div", { class: "blocks home-blocks" });
    this.empty = h("p", { class: "home-empty", hidden: true }, "This app has not published a Home tab for you yet.");
    this.node = h(
      "div",
      { class: "home", role: "region", "aria-label": `${session.bot?.name ?? "App"} Home` },
      this.empty,
      this.body,
    );
  }

  /** @param {import("./types.js").View|null} view */
  show(view) {
    this.empty.hidden = Boolean(view);
    const blocks = view?.blocks ?? [];
    const place = surface({
      user: () => this.session.me.id,
      place: { home: true },
      blocks: () => blocks,
      state: this.state,
      after: this.after,
      fail: this.fail,
    });
    showBlocks(this.body, blocks, { surface: place, session: this.session });
  }
}
