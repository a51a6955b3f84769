/**
 * The moderator's desk: one comment in hand, taken from one queue, decided, and then the next.
 *
 * This is the console's whole state and knows nothing of the page; views draw it after each "change". A claim keeps
 * other moderators off the comment as a courtesy; what makes a decision safe is that it names the revision it saw.
 */

import { Claims } from "./claims.js";
import { lateWords, undoLateWords } from "./problems.js";
import { commentBy, told } from "./telling.js";

/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Choice} Choice */
/** @typedef {import("./types.js").Done} Done */

/**
 * @typedef {"closed" | "loading" | "item" | "empty" | "failed"} Phase
 * @typedef {{tone: "good" | "warn" | "plain", text: string, undo?: Done}} Notice what the last act came to
 * @typedef {{error: unknown, retry: () => void}} Failure
 */

/** Decisions of this sitting that can be taken back from here. */
const DONE_MAX = 20;

export class Desk extends EventTarget {
  #review;
  #claims;
  /** Rises with each turn to something else: an answer to an earlier turn comes too late. */
  #turn = 0;

  /** @type {Phase} */
  phase = "closed";
  /** @type {string | null} */
  queue = null;
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
  /** @type {Done[]} the latest first */
  done = [];

  /**
   * Sends "change" after each change, and "decided" when a decision was taken or taken back.
   * @param {import("./review-api.js").ReviewApi} review
   */
  constructor(review) {
    super();
    this.#review = review;
    this.#claims = new Claims(review);
  }

  /** How many comments of this queue were passed over. */
  get passed() {
    return this.#claims.passed;
  }

  /**
   * Turns to a queue and takes its next comment; the one in hand is given back.
   * @param {string} queue
   */
  async open(queue) {
    if (queue === this.queue && this.item) return;
    this.#letGo();
    if (queue !== this.queue) this.#claims.forget();
    this.queue = queue;
    this.notice = null;
    await this.#take();
  }

  /** Leaves everything: what is in hand goes back, and nothing of this sitting is kept. */
  close() {
    this.#letGo();
    this.#turn += 1;
    this.#claims.forget();
    this.done = [];
    this.#set({ phase: "closed", queue: null, notice: null, failure: null, busy: false });
  }

  /** Gives the comment in hand back and takes another; with none in hand, looks for one. */
  async next() {
    if (this.busy || this.phase === "loading") return;
    const item = this.item;
    this.#set({ busy: true, notice: item && { tone: "plain", text: `Passed over the ${commentBy(item)}.` } });
    if (item) await this.#claims.passOver(item);
    await this.#take();
  }

  /** Holds the comment in hand for longer. Where that shows it changed or gone, the moderator is told. */
  async renew() {
    const { item } = this;
    if (!item || this.busy) return;
    const found = await this.#asItIsNow(item, () => this.renew());
    if (found === undefined || this.busy) return;
    if (found?.revision === item.revision) return this.#set({ item: found, failure: null });
    const what = found ? "was edited while you were reading it. This is its text now." : "is not yours any more: someone else decided it or has it.";
    this.notice = { tone: "warn", text: `The ${commentBy(item)} ${what}` };
    if (found) this.#show(found, item.comment.body);
    else await this.#take();
  }

  /** Looks again at what was passed over. */
  async lookAgain() {
    this.#claims.forget();
    await this.next();
  }

  /** @param {Choice} choice */
  async decide(choice) {
    const item = this.item;
    if (!item || this.busy) return;
    const turn = this.#turn;
    this.#set({ busy: true, failure: null });
    try {
      const done = { decisionId: await this.#review.decide(item, choice), choice, item };
      this.done = [done, ...this.done].slice(0, DONE_MAX);
      this.dispatchEvent(new Event("decided"));
      if (turn === this.#turn) this.notice = { tone: "good", text: `${told(done)}.`, undo: done };
    } catch (error) {
      if (turn === this.#turn) await this.#missed(error, item, choice);
      return;
    }
    if (turn === this.#turn) await this.#take();
    else this.#set({});
  }

  /**
   * Takes a decision back and, where its comment waits again, brings it back before the moderator.
   * @param {Done} [done] the last one, if not given
   */
  async undo(done = this.done[0]) {
    if (!done || this.busy) return;
    const turn = this.#turn;
    this.#set({ busy: true, failure: null });
    try {
      await this.#review.undo(done.decisionId);
      this.notice = { tone: "good", text: `Taken back: ${told(done)}.` };
      this.dispatchEvent(new Event("decided"));
    } catch (error) {
      const late = undoLateWords(error, commentBy(done.item));
      if (!late) return this.#set({ busy: false, failure: { error, retry: () => this.undo(done) } });
      this.notice = { tone: "warn", text: late };
    }
    this.done = this.done.filter((other) => other !== done);
    this.#claims.forget(done.item);
    this.#set({ busy: false });
    if (turn === this.#turn && this.queue === done.item.queue) await this.#bringBack(done.item);
  }

  /** @param {Item} item one whose decision was taken back */
  async #bringBack(item) {
    const found = await this.#asItIsNow(item, () => this.#bringBack(item));
    if (found) {
      if (this.item?.comment.id !== found.comment.id) this.#letGo();
      this.#show(found);
    } else if (found === null && !this.item) {
      await this.#take();
    }
  }

  /**
   * A decision was not taken: the moderator is told why and, where the author had changed the comment, reads it anew.
   * @param {unknown} error
   * @param {Item} item
   * @param {Choice} choice
   */
  async #missed(error, item, choice) {
    const late = lateWords(error, commentBy(item));
    if (!late) return this.#set({ busy: false, failure: { error, retry: () => this.decide(choice) } });
    const found = await this.#asItIsNow(item, () => this.#missed(error, item, choice));
    if (found && found.revision !== item.revision) {
      this.notice = { tone: "warn", text: `${late} This is its text now.` };
      this.#show(found, item.comment.body);
    } else if (found !== undefined) {
      this.notice = { tone: "warn", text: late };
      await this.#take();
    }
  }

  /**
   * The item anew; null when it does not wait any more, undefined when that could not be learnt or came too late.
   * @param {Item} item
   * @param {() => void} retry
   */
  async #asItIsNow(item, retry) {
    const turn = this.#turn;
    try {
      const found = await this.#review.claimAgain(item);
      if (turn === this.#turn) return found;
      if (found) this.#claims.giveBack(found);
      return undefined;
    } catch (error) {
      if (turn === this.#turn) this.#set({ busy: false, failure: { error, retry } });
      return undefined;
    }
  }

  async #take() {
    const turn = ++this.#turn;
    if (!this.queue) return this.#set({ busy: false });
    this.#set({ phase: "loading", item: null, before: null, failure: null, busy: false });
    try {
      const item = await this.#claims.next(this.queue);
      if (turn !== this.#turn) return item ? void this.#claims.giveBack(item) : undefined;
      if (item) this.#show(item);
      else this.#set({ phase: "empty" });
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#set({ phase: "failed", failure: { error, retry: () => this.#take() } });
    }
  }

  /**
   * @param {Item} item
   * @param {string | null} [before]
   */
  #show(item, before = null) {
    this.#turn += 1;
    this.#set({ phase: "item", item, before, failure: null, busy: false });
  }

  #letGo() {
    if (this.item) this.#claims.giveBack(this.item);
    this.item = null;
  }

  /** @param {Partial<Desk>} state */
  #set(state) {
    Object.assign(this, state);
    this.dispatchEvent(new Event("change"));
  }
}
