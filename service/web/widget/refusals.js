/**
 * What is done, and said, when the service refuses something. It says why in the reader's language; problems are told
 * apart by slug.
 */

/** Refusals of a sanction that this page did not know of yet. */
const SANCTIONS = ["banned", "suspended", "warning-unacknowledged"];

/**
 * Takes the consequences that a refusal has for the whole page.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} error a Problem; anything else is thrown again
 * @returns {string | null} what is left to be said where it happened; null when the page says it
 */
export function settle(discussion, error) {
  const { say, viewing, story } = discussion;
  const { slug, status, members, message } = error;
  if (!slug) throw error;
  if (slug === "subscription-required") {
    viewing.own?.lostEntitlement(error);
    return null;
  }
  if (status === 401 || SANCTIONS.includes(slug)) {
    viewing.load();
    return null;
  }
  if (slug === "story-closed") discussion.tell({ ...story, state: "closed" });
  if (slug === "too-many-requests") return say("problem_too-many-requests", { count: Math.ceil(members.retry_after_s) });
  const why = !status ? say("problem_unreachable")
    : members.errors?.map((/** @type {any} */ one) => one.message).join(" ") || message;
  return !status || status >= 500 ? `${why} ${say("kept")}` : why;
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} reason as the service names it, or in a moderator's words
 */
export const reasonWords = ({ say, words }, reason) => (words.has(`report_${reason}`) ? say(`report_${reason}`) : reason);
