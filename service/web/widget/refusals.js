/**
 * What is done, and said, when the service refuses something. It says why in the reader's language; problems are told
 * apart by slug.
 */

/**
 * Takes the consequence that a refusal may have for the whole page: other rights.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} error a Problem; anything else is thrown again
 * @returns {string} what is to be said where it happened
 */
export function settle({ say, viewing }, error) {
  const { slug, status, members, message } = error;
  if (!slug) throw error;
  if (status === 401 || status === 403) viewing.load(); // The reader may do other things than this page knew of.
  if (slug === "too-many-requests") return say(`problem_${slug}`, { count: Math.ceil(members.retry_after_s) });
  const why = status ? members.errors?.map((/** @type {any} */ one) => one.message).join(" ") || message : say("problem_unreachable");
  return (status || 500) < 500 ? why : `${why} ${say("kept")}`;
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} reason as the service names it, or in a moderator's words
 */
export const reasonWords = ({ say, words }, reason) => (words.has(`report_${reason}`) ? say(`report_${reason}`) : reason);
