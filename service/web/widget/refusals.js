/**
 * What is done, and said, when the service refuses something. Problems are told apart by slug; the service's own
 * sentence is shown only for one that has none here.
 */

import { Problem } from "../shared/public-api.js";

/** Refusals of a sanction that this page did not know of yet. */
const SANCTIONS = new Set(["banned", "suspended", "warning-unacknowledged"]);

/**
 * Takes the consequences that a refusal has for the whole page.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {unknown} error
 * @returns {string | null} what is left to be said where it happened; null when the page says it
 */
export function settle(discussion, error) {
  if (!(error instanceof Problem)) throw error;
  const { viewing, story, words } = discussion;
  if (error.slug === "subscription-required") {
    viewing.own?.lostEntitlement(error);
    return null;
  }
  if (error.status === 401 || SANCTIONS.has(error.slug)) {
    viewing.load();
    return null;
  }
  if (error.slug === "story-closed") discussion.tell({ ...story, state: "closed" });
  return explain(words, error);
}

/**
 * @param {import("../shared/words.js").Words} words
 * @param {Problem} problem
 */
export function explain(words, { slug, members }) {
  const key = `problem_${slug}`;
  const detail = members.errors?.map((/** @type {any} */ one) => one.message).join(" ") || members.detail || members.title || slug;
  if (!words.has(key)) return words.say("problem", { detail });
  return words.say(key, { detail, count: Math.ceil(members.retry_after_s ?? 1), reasons: reasons(words, members.reasons) || detail });
}

/**
 * @param {import("../shared/words.js").Words} words
 * @param {unknown} given
 */
function reasons(words, given) {
  const known = Array.isArray(given) ? given.map((reason) => `advice_${reason}`).filter((key) => words.has(key)) : [];
  return known.map((key) => words.say(key)).join(" ");
}

/**
 * @param {import("../shared/words.js").Words} words
 * @param {string} reason as the service names it
 */
export function reasonWords(words, reason) {
  const key = `report_${reason}`;
  return words.has(key) ? words.say(key) : reason;
}
