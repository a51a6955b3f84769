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

export class Drafts {
  #prefix;
  /** Stands in where the browser gives no storage, so that a draft at least outlives an error. @type {Map<string, string>} */
  #memory = new Map();

  /** @param {string} storyId */
  constructor(storyId) {
    this.#prefix = `story-comments:draft:${storyId}:`;
  }

  /** @param {string} [parentId] of a reply */
  has(parentId) {
    return Boolean(this.read(parentId)?.text.trim());
  }

  /**
   * @param {string} [parentId] of a reply
   * @returns {Draft | null}
   */
  read(parentId = "") {
    const kept = this.#get(this.#prefix + parentId);
    if (!kept) return null;
    const { at, ...draft } = JSON.parse(kept);
    return Date.now() - at < KEPT_MS ? draft : null;
  }

  /**
   * @param {Draft} draft
   * @param {string} [parentId]
   */
  write(draft, parentId = "") {
    const name = this.#prefix + parentId;
    const kept = JSON.stringify({ ...draft, at: Date.now() });
    this.#memory.set(name, kept);
    inStorage((storage) => storage.setItem(name, kept));
  }

  /** @param {string} [parentId] */
  drop(parentId = "") {
    const name = this.#prefix + parentId;
    this.#memory.delete(name);
    inStorage((storage) => storage.removeItem(name));
  }

  /** @param {string} name */
  #get(name) {
    return this.#memory.get(name) ?? inStorage((storage) => storage.getItem(name));
  }
}

/**
 * @template Answer
 * @param {(storage: Storage) => Answer} use
 * @returns {Answer | null} null where the browser keeps nothing for this page: storage is blocked, or full
 */
export function inStorage(use) {
  try {
    return use(localStorage);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
