/** The decisions of this sitting, the latest first, each to be taken back. */

import { h } from "../../shared/element.js";
import { actionOf } from "../words/actions.js";
import { excerpt, nameOf } from "../words/names.js";
import { authorOf, told } from "../words/telling.js";

/** More than these are kept for undoing by key, but not shown. */
const SHOWN = 6;

/**
 * @param {import("../words/types.js").Done[]} done
 * @param {(done: import("../words/types.js").Done) => void} undo
 * @returns {HTMLElement | null} null when there is none
 */
export function historyOf(done, undo) {
  if (done.length === 0) return null;
  return h(
    "section.panel.history",
    {},
    h("h2", {}, "Your last decisions"),
    h("ol", {}, ...done.slice(0, SHOWN).map((entry) => {
      const { choice, item } = entry;
      const action = actionOf(choice.action);
      return h(
        "li",
        {},
        h("span", { className: `outcome ${action.tone ?? "plain"}` }, action.done, choice.reason && `: ${nameOf(choice.reason)}`),
        h("span.of", { dir: "auto" }, h("strong", {}, authorOf(item)), ` ${excerpt(item.comment.body)}`),
        h("button.quiet", { type: "button", "aria-label": `Undo: ${told(entry)}`, onclick: () => undo(entry) }, "Undo"),
      );
    })),
  );
}
