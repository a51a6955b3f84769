/**
 * What this browser keeps for a page: text that is not yet posted, and when a story was last read. Never a token.
 */

/** Who comes back later than this has other things to say. */
const KEPT_MS = 14 * 86_400_000;

/** Stands in where the browser gives no storage, so that a draft at least outlives an error. @type {Record<string, string>} */
const memory = {};

/**
 * @param {string} name
 * @returns {any} what was kept under it, and `at`, when that was; null for nothing
 */
export function kept(name) {
  const value = JSON.parse(memory[name] ?? inStorage("getItem", name) ?? null);
  return Date.now() - value?.at < KEPT_MS ? value : null;
}

/**
 * @param {string} name
 * @param {object | null} value null forgets it
 */
export function keep(name, value) {
  memory[name] = JSON.stringify(value && { ...value, at: Date.now() });
  inStorage(value ? "setItem" : "removeItem", name, memory[name]);
}

/**
 * @param {"getItem" | "setItem" | "removeItem"} act
 * @param {...string} given
 */
function inStorage(act, ...given) {
  try {
    return /** @type {any} */ (localStorage)[act](...given);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // Storage is blocked, or full.
  }
}
