/** Follows the workspace's events as one person and says when the line is down or back. */
import { eventsAddress } from "./api.js";

const PATIENCE = 1500; // milliseconds without a line before we say so: a restart is quicker than that

export class Live {
  /** @param {{onEvent: (event: object) => void, onDown: () => void, onBack: () => void}} listener */
  constructor(listener) {
    this.listener = listener;
    this.source = null;
    this.timer = 0;
    this.retry = 0;
    this.down = false;
  }

  /** @param {string} user */
  follow(user) {
    this.stop();
    this.user = user;
    this.source = new EventSource(eventsAddress(user));
    this.source.addEventListener("open", () => this.opened());
    this.source.addEventListener("error", () => this.failed());
    this.source.addEventListener("message", (event) => this.listener.onEvent(JSON.parse(event.data)));
  }

  stop() {
    clearTimeout(this.timer);
    clearTimeout(this.retry);
    this.timer = 0;
    this.source?.close();
    this.source = null;
  }

  opened() {
    clearTimeout(this.timer);
    this.timer = 0;
    const wasLost = this.lost;
    this.lost = false;
    this.down = false;
    if (wasLost) this.listener.onBack();
  }

  failed() {
    this.lost = true;
    this.timer ||= setTimeout(() => this.say(), PATIENCE);
    // The browser gives up for good when the answer was an error page, so we ask again ourselves.
    if (this.source?.readyState === EventSource.CLOSED) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.reopen(), PATIENCE);
    }
  }

  say() {
    this.down = true;
    this.listener.onDown();
  }

  reopen() {
    const { lost } = this;
    this.follow(this.user);
    this.lost = lost;
  }
}
