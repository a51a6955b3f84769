/** How appeals are spoken of. */

import { nameOf } from "../words/names.js";

/** @typedef {import("./appeal-types.js").Appeal} Appeal */

/** @type {Record<string, string>} */
const ACTIONS = { reject: "a rejection", warn: "a warning", premoderate: "premoderation", suspend: "a suspension", ban: "a ban" };

/** @param {Appeal} appeal */
export function againstWords({ against }) {
  return `against ${ACTIONS[against.action] ?? nameOf(against.action)} (${nameOf(against.reason)})`;
}

/**
 * Why this moderator cannot rule on it; null when they can.
 * @param {Appeal} appeal
 * @param {string} me
 */
export function whyNot(appeal, me) {
  if (appeal.may_rule) return null;
  if (appeal.status !== "open") return null; // It says itself what became of it.
  if (appeal.against.decided_by === me) return "This is your own decision. Another moderator rules on it.";
  return "You cannot rule on this one.";
}
