/** Talks to the workspace's `/_sandbox/` calls as one person; every failure becomes one sentence. */

export class ApiError extends Error {
  /** @param {string} message a sentence for people  @param {string} code Slack's error word */
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

async function answerOf(response) {
  let body = null;
  try {
    body = await response.json();
  } catch {
    throw new ApiError(`The workspace answered ${response.status} without a readable body.`, "unreadable");
  }
  if (!response.ok) {
    throw new ApiError(String(body.error ?? `The workspace answered ${response.status}.`), "refused");
  }
  return body;
}

async function call(path, options) {
  let response = null;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError("The local workspace cannot be reached. Is it still running?", "unreachable");
  }
  return answerOf(response);
}

/** The workspace that the address names by `?team=`; without one, the server's first. */
const TEAM = new URLSearchParams(location.search).get("team");
const BASE = TEAM ? `/_sandbox/teams/${encodeURIComponent(TEAM)}` : "/_sandbox";

function get(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value != null));
  return call(`${BASE}/${path}?${query}`, { headers: { accept: "application/json" } });
}

function post(path, body) {
  return call(`${BASE}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const workspace = () => get("workspace");
/** Every workspace of this server. */
export const teams = async () => (await call("/_sandbox/teams")).teams;
export const conversations = (user) => get("conversations", { user });
export const messages = (user, channel, threadTs) => get("messages", { user, channel, thread_ts: threadTs });
export const view = (user) => get("view", { user });
export const home = (user) => get("home", { user });
export const command = (body) => post("command", body);
export const shortcut = (body) => post("shortcut", body);
export const action = (body) => post("action", body);
export const options = (body) => post("options", body);
export const submit = (body) => post("submit", body);
export const close = (body) => post("close", body);
export const upload = (body) => post("upload", body);
export const sendMessage = (body) => post("message", body);

/** @param {string} id @param {string} [user] who looks: others than those who see the file somewhere are refused */
export function fileAddress(id, user) {
  const query = user ? `?${new URLSearchParams({ user })}` : "";
  return `${BASE}/files/${encodeURIComponent(id)}${query}`;
}
export const eventsAddress = (user) => `${BASE}/events?${new URLSearchParams({ user })}`;
