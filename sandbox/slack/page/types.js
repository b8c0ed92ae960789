/**
 * The shapes this page reads from the workspace: names only, nothing runs here.
 *
 * @typedef {{type: "plain_text"|"mrkdwn", text: string, emoji?: boolean, verbatim?: boolean}} TextObject
 * @typedef {{text: TextObject, value: string, description?: TextObject, url?: string}} Option
 * @typedef {{label?: TextObject, options: Option[]}} OptionGroup
 * @typedef {{title: TextObject, text: TextObject, confirm: TextObject, deny: TextObject, style?: string}} Confirm
 * @typedef {{type: string, action_id?: string, placeholder?: TextObject, confirm?: Confirm}
 *   & Record<string, any>} Element
 * @typedef {{type: string, block_id?: string} & Record<string, any>} Block
 * @typedef {{id: string, type: string, title: TextObject, submit?: TextObject, close?: TextObject,
 *            blocks: Block[], callback_id?: string, hash?: string, previous_view_id?: string|null}} View
 * @typedef {{id: string, name: string, email?: string, title?: string, tz?: string, is_bot?: boolean}} Person
 * @typedef {{id: string, name: string, is_im?: boolean, user?: string, topic?: string}} Conversation
 * @typedef {{ts: string, text?: string, user?: string, bot_id?: string, blocks?: Block[], thread_ts?: string,
 *            reply_count?: number, latest_reply?: string, reply_users?: string[], edited?: object,
 *            ephemeral?: boolean, is_ephemeral?: boolean, files?: object[], subtype?: string}} Message
 *
 * What the local OpenAI organisation answers; money is in whole cents, moments are seconds since 1970.
 * @typedef {{id: string, name: string, status: "active"|"archived", revision: number, created_at: number,
 *            is_default: boolean, spent: number, limit: number|null, limit_is_hard: boolean|null,
 *            models: {mode: "every"|"allow_list"|"deny_list", ids: string[]}, tools: string[],
 *            rate_limits: {model: string, name: string, value: number, of: number}[],
 *            members: {name: string, email: string, role: string}[], members_total: number, groups: string[],
 *            service_accounts: {name: string, role: string}[], service_accounts_total: number,
 *            keys: {name: string, redacted_value: string, owner: string, owner_type: string, created_at: number,
 *                   last_used_at: number|null, expires_at: number|null}[], keys_total: number}} Project
 * @typedef {{revision: number, at: number, project_id: string|null, project: string|null, text: string}} Change
 * @typedef {{revision: number, now: number, is_whole: boolean, projects: Project[], projects_total: number,
 *            projects_left_out: number, changes: Change[],
 *            organization: {id: string, spent: number, limit: number|null}}} Overview
 *
 * A surface is whatever carries blocks: a message, a modal, the Home tab. Elements act through it.
 * @typedef {object} Surface
 * @property {import("./form.js").FormState} state  what was typed or picked on this surface
 * @property {(block: Block, element: Element, value: unknown) => Promise<void>} act  sends a click or a choice
 * @property {(block: Block, element: Element, query: string) => Promise<OptionGroup[]>} options  asks the app
 */
export {};
