/**
 * What a moderator can do with a comment. The service says which of these are open on an item; here they get their
 * words and keys. An action that is new to the console is still offered, under its own name and without a key.
 */

import { nameOf } from "./names.js";

/**
 * @typedef {object} Action
 * @property {string} id
 * @property {string} name what the button says
 * @property {string} done how the result is told: "<done> the comment by Ann."
 * @property {string} [key]
 * @property {"reason" | "note"} [asks] what is asked before it is sent; a note can come with a reason
 * @property {string} [noteIs] what becomes of the note; kept with the decision, if not given
 * @property {"good" | "bad"} [tone]
 */

/** @type {Action[]} in the order of the buttons */
export const ACTIONS = [
  { id: "approve", name: "Approve", done: "Approved", key: "a", tone: "good" },
  { id: "restore", name: "Restore", done: "Restored", key: "s", tone: "good" },
  { id: "reject", name: "Reject", done: "Rejected", key: "r", tone: "bad", asks: "reason" },
  { id: "feature", name: "Feature", done: "Featured", key: "f", asks: "note", noteIs: "shown to readers beside the comment" },
  { id: "unfeature", name: "Unfeature", done: "Unfeatured", key: "f" },
  { id: "escalate", name: "Escalate", done: "Escalated", key: "e", asks: "note" },
];

/**
 * @param {string} id
 * @returns {Action}
 */
export function actionOf(id) {
  return ACTIONS.find((action) => action.id === id) ?? { id, name: nameOf(id), done: `${nameOf(id)}:` };
}

/**
 * The actions open on an item, known ones first and in our order.
 * @param {string[]} allowed
 * @returns {Action[]}
 */
export function actionsOf(allowed) {
  const known = ACTIONS.filter((action) => allowed.includes(action.id));
  const others = allowed.filter((id) => !known.some((action) => action.id === id));
  return [...known, ...others.map(actionOf)];
}
