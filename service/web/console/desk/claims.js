/**
 * Taking comments from a queue and giving them back. What a moderator passed over is free again at once, for others;
 * to this moderator it is not handed again before the rest of the queue.
 */

/** @typedef {import("../words/types.js").Item} Item */

/** Comments remembered as passed over; the service hands out no more than 50 at once. */
const PASSED_MAX = 40;

export class Claims {
  #review;
  /** @type {Set<string>} the longest ago first */
  #passed = new Set();

  /** @param {import("./review-api.js").ReviewApi} review */
  constructor(review) {
    this.#review = review;
  }

  /** How many comments were passed over. */
  get passed() {
    return this.#passed.size;
  }

  /**
   * The queue's next comment that was not passed over, held for this moderator; null when there is none.
   * @param {string} queue
   * @param {import("../words/types.js").Wanted} wanted
   * @returns {Promise<Item | null>}
   */
  async next(queue, wanted) {
    // What was passed over may come first again: so many more are asked for, and given back at once.
    const items = await this.#review.claim(queue, this.#passed.size + 1, wanted);
    const chosen = items.find((item) => !this.#passed.has(item.comment.id)) ?? null;
    this.giveBack(...items.filter((item) => item !== chosen));
    return chosen ?? this.#heldBefore(queue, wanted);
  }

  /**
   * A claim hands out what nobody holds. What this moderator held when a window was lost is found here.
   * @param {string} queue
   * @param {import("../words/types.js").Wanted} wanted
   */
  async #heldBefore(queue, wanted) {
    const held = await this.#review.held(queue, this.#passed, wanted);
    return held && this.#review.claimAgain(held);
  }

  /**
   * Gives the comment back and remembers it as passed over.
   * @param {Item} item
   */
  async passOver(item) {
    this.#passed.delete(item.comment.id);
    this.#passed.add(item.comment.id);
    if (this.#passed.size > PASSED_MAX) this.#passed.delete([...this.#passed][0]);
    await this.giveBack(item);
  }

  /**
   * Where giving back fails, nobody need be told: the claim lapses by itself in some minutes.
   * @param {...Item} items
   */
  async giveBack(...items) {
    await Promise.allSettled(items.map((item) => this.#review.giveBack(item.comment.id)));
  }

  /** @param {Item} [item] the only one to be forgotten as passed over; all, if not given */
  forget(item) {
    if (item) this.#passed.delete(item.comment.id);
    else this.#passed.clear();
  }
}
