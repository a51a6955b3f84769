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
  const { slug, status, members } = error;
  if (!slug) throw error;
  if (status === 401 || status === 403) viewing.load(); // The reader may do other things than this page knew of.
  const why = status && members.detail || say("problem_unreachable"); // Without a word of the service, it did not answer.
  return (status || 500) < 500 ? why : `${why} ${say("kept")}`;
}
