/** How comments and decisions are spoken of in sentences. */

import { actionOf } from "./actions.js";
import { nameOf } from "./names.js";

/** @typedef {import("./types.js").Item} Item */

/** @param {Item} item */
export function authorOf(item) {
  return item.author?.name ?? "a former reader";
}

/**
 * @param {Item} item
 * @returns {string} "comment by Ann"
 */
export function commentBy(item) {
  return `comment by ${authorOf(item)}`;
}

/** What a limit does to its reader, in the middle of a sentence. @type {Record<string, string>} */
const LIMITED = { warn: "warned", premoderate: "put under premoderation", suspend: "suspended", ban: "banned" };

/**
 * @param {import("./types.js").Done} done
 * @returns {string} "Rejected the comment by Ann (Spam)"
 */
export function told({ choice, item }) {
  const reason = choice.reason ? ` (${nameOf(choice.reason)})` : "";
  const limited = choice.sanction ? `, and ${LIMITED[choice.sanction.kind] ?? "limited"} its author` : "";
  return `${actionOf(choice.action).done} the ${commentBy(item)}${reason}${limited}`;
}
