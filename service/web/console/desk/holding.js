/**
 * One comment in hand, taken from one queue and given back: what a claim is to the moderator.
 *
 * A claim keeps other moderators off the comment as a courtesy; what makes a decision safe is that it names the revision
 * it saw.
 */

import { commentBy } from "../words/telling.js";
import { Claims } from "./claims.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Wanted} Wanted */
/** @typedef {import("../frame/notices.js").Notice} Notice */
/** @typedef {import("../frame/notices.js").Failure} Failure */

/** @typedef {"closed" | "loading" | "item" | "empty" | "failed"} Phase */

export class Holding extends EventTarget {
  /** @protected */
  review;
  /** @protected */
  claims;
  /** Rises with each turn to something else: an answer to an earlier turn comes too late. @protected */
  turn = 0;

  /** @type {Phase} */
  phase = "closed";
  /** @type {string | null} */
  queue = null;
  /** @type {Wanted} which of its items, in which order */
  wanted = {};
  /** @type {Item | null} */
  item = null;
  /** @type {string | null} what the comment in hand said before its author changed it under the moderator's eyes */
  before = null;
  /** A decision is under way. */
  busy = false;
  /** @type {Notice | null} */
  notice = null;
  /** @type {Failure | null} */
  failure = null;

  /**
   * Sends "change" after each change.
   * @param {import("./review-api.js").ReviewApi} review
   */
  constructor(review) {
    super();
    this.review = review;
    this.claims = new Claims(review);
  }

  /** How many comments of this queue were passed over. */
  get passed() {
    return this.claims.passed;
  }

  /**
   * Turns to a queue, to those of its items that are wanted, and takes the next; the one in hand is given back.
   * @param {string} queue
   * @param {Wanted} [wanted]
   * @param {string} [comment] to be taken first, if it is free
   */
  async open(queue, wanted = {}, comment = "") {
    const same = queue === this.queue && JSON.stringify(wanted) === JSON.stringify(this.wanted);
    if (same && this.item && (!comment || comment === this.item.comment.id)) return this.set({});
    this.letGo();
    if (queue !== this.queue) this.claims.forget();
    this.set({ queue, wanted, notice: null });
    if (!comment) return this.take();
    await this.#takeThis(queue, comment);
  }

  /**
   * @param {string} queue
   * @param {string} comment
   */
  async #takeThis(queue, comment) {
    const turn = ++this.turn;
    this.set({ phase: "loading", item: null, before: null, failure: null, busy: false });
    try {
      const item = await this.review.claimThis(queue, comment);
      if (turn !== this.turn) return item ? void this.claims.giveBack(item) : undefined;
      if (item) return this.show(item);
      this.notice = { tone: "warn", text: "That comment does not wait here any more, or someone else has it. This is the next." };
      await this.take();
    } catch (error) {
      if (turn !== this.turn) return;
      this.set({ phase: "failed", failure: { error, retry: () => this.#takeThis(queue, comment) } });
    }
  }

  /** Leaves everything: what is in hand goes back. */
  close() {
    this.letGo();
    this.turn += 1;
    this.claims.forget();
    this.set({ phase: "closed", queue: null, wanted: {}, notice: null, failure: null, busy: false });
  }

  /** Gives the comment in hand back and takes another; with none in hand, looks for one. */
  async next() {
    if (this.busy || this.phase === "loading") return;
    const item = this.item;
    this.set({ busy: true, notice: item && { tone: "plain", text: `Passed over the ${commentBy(item)}.` } });
    if (item) await this.claims.passOver(item);
    await this.take();
  }

  /** Holds the comment in hand for longer. Where that shows it changed or gone, the moderator is told. */
  async renew() {
    const { item } = this;
    if (!item || this.busy) return;
    const found = await this.asItIsNow(item, () => this.renew());
    if (found === undefined || this.busy) return;
    if (found?.revision === item.revision) return this.set({ item: found, failure: null });
    const what = found ? "was edited while you were reading it. This is its text now." : "is not yours any more: someone else decided it or has it.";
    this.notice = { tone: "warn", text: `The ${commentBy(item)} ${what}` };
    if (found) this.show(found, item.comment.body);
    else await this.take();
  }

  /** Looks again at what was passed over. */
  async lookAgain() {
    this.claims.forget();
    await this.next();
  }

  /**
   * @protected
   * The item anew; null when it does not wait any more, undefined when that could not be learnt or came too late.
   * @param {Item} item
   * @param {() => void} retry
   */
  async asItIsNow(item, retry) {
    const turn = this.turn;
    try {
      const found = await this.review.claimAgain(item);
      if (turn === this.turn) return found;
      if (found) this.claims.giveBack(found);
      return undefined;
    } catch (error) {
      if (turn === this.turn) this.set({ busy: false, failure: { error, retry } });
      return undefined;
    }
  }

  /** @protected */
  async take() {
    const turn = ++this.turn;
    if (!this.queue) return this.set({ busy: false });
    this.set({ phase: "loading", item: null, before: null, failure: null, busy: false });
    try {
      const item = await this.claims.next(this.queue, this.wanted);
      if (turn !== this.turn) return item ? void this.claims.giveBack(item) : undefined;
      if (item) this.show(item);
      else this.set({ phase: "empty" });
    } catch (error) {
      if (turn !== this.turn) return;
      this.set({ phase: "failed", failure: { error, retry: () => this.take() } });
    }
  }

  /**
   * @protected
   * @param {Item} item
   * @param {string | null} [before]
   */
  show(item, before = null) {
    this.turn += 1;
    this.set({ phase: "item", item, before, failure: null, busy: false });
  }

  /** @protected */
  letGo() {
    if (this.item) this.claims.giveBack(this.item);
    this.item = null;
  }

  /** @protected @param {Partial<Holding>} state */
  set(state) {
    Object.assign(this, state);
    this.dispatchEvent(new Event("change"));
  }
}
