/**
 * Where in the console someone is, as the address after "#": "#/queues/held/list?order=oldest". It names places and
 * filters only, never a token, so it can be bookmarked and survives signing in again.
 */

/**
 * @typedef {object} Place
 * @property {string} view its first word: "queues", "readers", "search"
 * @property {string[]} path the words after it
 * @property {Record<string, string>} query
 */

/** @type {Place} */
const START = { view: "queues", path: ["held"], query: {} };

const WORD = /^[\w.-]{1,100}$/;

/**
 * @param {string} hash of the page's address
 * @returns {Place} the start for what names no place
 */
export function placeOf(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...rest] = path.split("/").map(decoded);
  if (!view || ![view, ...rest].every((word) => WORD.test(word))) return START;
  return { view, path: rest, query: Object.fromEntries(new URLSearchParams(query)) };
}

/**
 * @param {string[]} words "queues", "held"
 * @param {Record<string, string | null | undefined>} [query] members that are empty are left out
 */
export function hrefOf(words, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const search = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  return `#/${words.map(encodeURIComponent).join("/")}${search && `?${search}`}`;
}

/**
 * The appealed queue is worked off from its own page: an appeal is ruled on, its comment is not decided anew.
 * @param {string} queue
 */
export function queueHref(queue) {
  return queue === "appealed" ? hrefOf(["appeals"]) : hrefOf(["queues", queue]);
}

/** @param {string} author */
export function readerHref(author) {
  return hrefOf(["readers", author]);
}

/** @param {string} comment */
export function commentHref(comment) {
  return hrefOf(["comments", comment]);
}

/** @param {string} word */
function decoded(word) {
  try {
    return decodeURIComponent(word);
  } catch {
    return ""; // No word at all: the place is then the start.
  }
}
