/**
 * What a role lets its holder do here. The service has the say and refuses what it does not allow; this only keeps from
 * the page what would lead nowhere.
 */

/** @typedef {"review" | "search" | "records" | "sanction" | "stats" | "rules" | "audit"} Power */

/** @type {Record<string, Power[]>} */
const POWERS = {
  moderator: ["review", "search", "records", "sanction", "stats"],
  editor: ["search", "stats"],
  admin: ["review", "search", "records", "sanction", "stats", "rules", "audit"],
};

/**
 * @param {import("../words/types.js").Person | null} person
 * @param {Power} power
 */
export function can(person, power) {
  return person?.roles.some((role) => POWERS[role]?.includes(power)) ?? false;
}
