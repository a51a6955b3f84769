/**
 * What this browser keeps for a page: text that is not yet posted, and when a story was last read. Never a token.
 */

/** Stands in where the browser gives no storage, so that a draft at least outlives an error. @type {Record<string, string>} */
const memory = {};

/**
 * @param {string} name
 * @returns {any} what was kept under it; null for nothing
 */
export const kept = (name) => JSON.parse(memory[name] ?? inStorage("getItem", name) ?? null);

/**
 * @param {string} name
 * @param {object | null} value null forgets it
 */
export function keep(name, value) {
  memory[name] = JSON.stringify(value);
  if (value) inStorage("setItem", name, memory[name]);
  else inStorage("removeItem", name);
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
