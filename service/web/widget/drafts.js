/**
 * What a reader has written and not yet posted, kept through reloads, log-in, a purchase and errors. Text only: a token
 * never comes here.
 */

/** Who comes back later than this has other things to say. */
const KEPT_MS = 14 * 86_400_000;

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string | null} side
 * @property {string | null} about
 * @property {string | null} key of the attempt to post exactly this; null after a change
 */

/** @param {string} storyId */
export function draftsOf(storyId) {
  /** Stands in where the browser gives no storage, so that a draft at least outlives an error. @type {Record<string, string>} */
  const memory = {};
  const nameOf = (/** @type {string} */ parentId) => `story-comments:draft:${storyId}:${parentId}`;
  const drafts = {
    /** @param {string} [parentId] of a reply */
    has: (parentId) => !!drafts.read(parentId)?.text.trim(),
    /**
     * @param {string} [parentId] of a reply
     * @returns {Draft | null}
     */
    read(parentId = "") {
      const name = nameOf(parentId);
      const { at, ...draft } = JSON.parse(memory[name] ?? inStorage("getItem", name) ?? "{}");
      return Date.now() - at < KEPT_MS ? draft : null;
    },
    /**
     * @param {Draft} draft
     * @param {string} [parentId]
     */
    write(draft, parentId = "") {
      const name = nameOf(parentId);
      inStorage("setItem", name, (memory[name] = JSON.stringify({ ...draft, at: Date.now() })));
    },
    /** @param {string} [parentId] */
    drop(parentId = "") {
      const name = nameOf(parentId);
      delete memory[name];
      inStorage("removeItem", name);
    },
  };
  return drafts;
}

/**
 * @param {"getItem" | "setItem" | "removeItem"} act
 * @param {...string} given
 * @returns {string | null | void} null where the browser keeps nothing for this page: storage is blocked, or full
 */
export function inStorage(act, ...given) {
  try {
    return /** @type {any} */ (localStorage)[act](...given);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
