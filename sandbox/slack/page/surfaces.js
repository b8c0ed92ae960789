/** Sends what happens on a message, a modal or the Home tab to the app, and keeps what was typed there. */
import * as api from "./api.js";
import { FormState } from "./form.js";

/** @typedef {import("./types.js").Surface} Surface */

const SILENT = {
  dispatch_failed: "The app could not be reached. Is it running and connected?",
  operation_timeout: "The app did not answer in time. Try again in a moment.",
};

/** What a refusal of the workspace means to the person who clicked. @param {{error?: string}|Error} problem */
export function explain(problem) {
  const code = problem.code ?? problem.error;
  return (
    SILENT[code] ??
    (problem instanceof Error ? problem.message : (problem.message ?? `The app answered with an error: ${code}.`))
  );
}

/** @param {{ok?: boolean, error?: string}} answer  throws an `ApiError` unless it went well */
export function insist(answer) {
  if (answer.ok === false) throw new api.ApiError(explain(answer), answer.error ?? "failed");
  return answer;
}

/**
 * @param {object} spec
 * @param {() => string} spec.user
 * @param {object} spec.place     `{channel, ts}`, `{view_id}` or `{home: true}`
 * @param {() => object[]} spec.blocks
 * @param {FormState} [spec.state]
 * @param {() => Promise<void>} spec.after   what to look at again afterwards
 * @param {(words: string) => void} spec.fail
 * @returns {Surface}
 */
export function surface({ user, place, blocks, state = new FormState(), after, fail }) {
  const send = async (block, element, value) =>
    insist(await api.action({ user: user(), ...place, block_id: block.block_id, action_id: element.action_id, value }));
  return {
    state,
    async act(block, element, value) {
      try {
        // The app is told the state of the whole surface, so what was typed elsewhere on it has to be there first.
        for (const other of state.untold(blocks())) await send(other, other.element, state.wire(other, other.element));
        await send(block, element, value);
      } catch (error) {
        fail(explain(error));
      }
      await after();
    },
    async options(block, element, query) {
      const answer = insist(
        await api.options({ user: user(), ...place, block_id: block.block_id, action_id: element.action_id, query }),
      );
      return answer.option_groups ?? [{ options: answer.options ?? [] }];
    },
  };
}
