/** Which of a list are chosen. */

export class Chosen {
  /** @type {Set<string>} */
  #ids = new Set();
  /** @type {string | null} the one toggled last: a range goes from here */
  #from = null;

  get size() {
    return this.#ids.size;
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.has(id);
  }

  /**
   * @param {string[]} open those that can be chosen
   * @param {string} id
   */
  toggle(open, id) {
    if (!open.includes(id)) return;
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#from = id;
  }

  /**
   * Chooses all from the one toggled last to this one.
   * @param {string[]} open in the order of the list
   * @param {string} id
   */
  through(open, id) {
    const to = open.indexOf(id);
    const from = this.#from === null ? to : open.indexOf(this.#from);
    if (to < 0) return;
    const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    for (const chosen of open.slice(first, last + 1)) this.#ids.add(chosen);
    this.#from = id;
  }

  /** @param {string[]} open */
  all(open) {
    for (const id of open) this.#ids.add(id);
  }

  /** @param {string} id */
  drop(id) {
    this.#ids.delete(id);
  }

  clear() {
    this.#ids.clear();
    this.#from = null;
  }
}
