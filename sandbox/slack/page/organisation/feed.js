/** Follows the local OpenAI organisation: one question after the other, each answered once something changed. */

/** @typedef {import("../types.js").Overview} Overview */

const WAIT = 25; // seconds that a question is held open
const GATHER = 250; // milliseconds between two questions, so that a burst of changes is read in one
const PATIENCE = 1500; // milliseconds until we try again where nobody answers

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Feed {
  /** @param {{url: string, onNews: (overview: Overview) => void, onLine: (isUp: boolean) => void}} spec */
  constructor({ url, onNews, onLine }) {
    Object.assign(this, { url, onNews, onLine });
    this.name = "";
    this.since = 0;
    this.stopping = null;
  }

  /** Looks for projects with other names from now on. @param {string} name part of a name, "" for all */
  find(name) {
    this.name = name;
    this.since = 0;
    if (this.stopping) this.start();
  }

  start() {
    this.stop();
    this.stopping = new AbortController();
    this.run(this.stopping.signal);
  }

  stop() {
    this.stopping?.abort();
    this.stopping = null;
  }

  /** @param {AbortSignal} signal */
  async run(signal) {
    while (!signal.aborted) {
      const overview = await this.ask(signal).catch(() => null);
      if (signal.aborted) return;
      this.onLine(Boolean(overview));
      if (overview) {
        this.since = overview.revision;
        this.onNews(overview);
      }
      await pause(overview ? GATHER : PATIENCE);
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<Overview>} */
  async ask(signal) {
    const query = new URLSearchParams({ since: this.since, wait: this.since ? WAIT : 0, name: this.name });
    const response = await fetch(`${this.url}/_sandbox/overview?${query}`, { signal });
    if (!response.ok) throw new Error(`The organisation answered ${response.status}.`);
    return response.json();
  }
}
