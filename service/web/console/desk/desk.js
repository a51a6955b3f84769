/**
 * The moderator's desk: one comment in hand, taken from one queue, decided, and then the next.
 *
 * This is the console's whole state and knows nothing of the page; views draw it after each "change". A claim keeps
 * other moderators off the comment as a courtesy; what makes a decision safe is that it names the revision it saw.
 */

import { Claims } from "./claims.js";
import { lateWords, overrulable, undoLateWords } from "../frame/problems.js";
import { commentBy, told } from "../words/telling.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Choice} Choice */
/** @typedef {import("../words/types.js").Done} Done */
/** @typedef {import("../words/types.js").Wanted} Wanted */
/** @typedef {import("../frame/notices.js").Notice} Notice */
/** @typedef {import("../frame/notices.js").Failure} Failure */

/** @typedef {"closed" | "loading" | "item" | "empty" | "failed"} Phase */

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
   * Turns to a queue, to those of its items that are wanted, and takes the next; the one in hand is given back.
   * @param {string} queue
   * @param {Wanted} [wanted]
   * @param {string} [comment] to be taken first, if it is free
   */
  async open(queue, wanted = {}, comment = "") {
    const same = queue === this.queue && JSON.stringify(wanted) === JSON.stringify(this.wanted);
    if (same && this.item && (!comment || comment === this.item.comment.id)) return this.#set({});
    this.#letGo();
    if (queue !== this.queue) this.#claims.forget();
    this.#set({ queue, wanted, notice: null });
    if (!comment) return this.#take();
    await this.#takeThis(queue, comment);
  }

  /**
   * @param {string} queue
   * @param {string} comment
   */
  async #takeThis(queue, comment) {
    const turn = ++this.#turn;
    this.#set({ phase: "loading", item: null, before: null, failure: null, busy: false });
    try {
      const item = await this.#review.claimThis(queue, comment);
      if (turn !== this.#turn) return item ? void this.#claims.giveBack(item) : undefined;
      if (item) return this.#show(item);
      this.notice = { tone: "warn", text: "That comment does not wait here any more, or someone else has it. This is the next." };
      await this.#take();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#set({ phase: "failed", failure: { error, retry: () => this.#takeThis(queue, comment) } });
    }
  }

  /** Leaves everything: what is in hand goes back, and nothing of this sitting is kept. */
  close() {
    this.#letGo();
    this.#turn += 1;
    this.#claims.forget();
    this.done = [];
    this.#set({ phase: "closed", queue: null, wanted: {}, notice: null, failure: null, busy: false });
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
      const done = await this.#made(item, choice);
      if (turn === this.#turn) this.notice = this.#noticeOf(done);
    } catch (error) {
      if (turn === this.#turn) await this.#missed(error, item, choice);
      return;
    }
    if (turn === this.#turn) await this.#take();
    else this.#set({});
  }

  /**
   * @param {Item} item
   * @param {Choice} choice
   * @returns {Promise<Done>}
   */
  async #made(item, choice) {
    const done = { ...(await this.#review.decide(item, choice)), choice, item };
    this.done = [done, ...this.done].slice(0, DONE_MAX);
    this.dispatchEvent(new Event("decided"));
    return done;
  }

  /**
   * @param {Done} done
   * @returns {Notice}
   */
  #noticeOf(done) {
    return { tone: "good", text: `${told(done)}.`, acts: [{ keys: "u", name: "Undo", run: () => this.undo(done) }] };
  }

  /**
   * Rejects all the same what a colleague has let stand meanwhile.
   * @param {Item} item
   * @param {Choice} choice
   * @param {string} decision the colleague's
   */
  async #overrule(item, choice, decision) {
    if (this.busy) return;
    this.#set({ busy: true });
    try {
      this.notice = this.#noticeOf(await this.#made(item, { ...choice, overrules: decision }));
    } catch (error) {
      const late = lateWords(error, commentBy(item));
      if (!late) return this.#set({ busy: false, failure: { error, retry: () => this.#overrule(item, choice, decision) } });
      this.notice = { tone: "warn", text: late };
    }
    this.#set({ busy: false, failure: null });
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
      const stays = done.sanctionId ? " The limit on the author stays; it is lifted on the reader’s page." : "";
      this.notice = { tone: "good", text: `Taken back: ${told(done)}.${stays}` };
      this.dispatchEvent(new Event("decided"));
    } catch (error) {
      const late = undoLateWords(error, commentBy(done.item));
      if (!late) return this.#set({ busy: false, failure: { error, retry: () => this.undo(done) } });
      this.notice = { tone: "warn", text: late };
    }
    this.done = this.done.filter((other) => other !== done);
    this.#claims.forget(done.item);
    this.#set({});
    if (turn === this.#turn && this.queue === done.item.queue) await this.#bringBack(done.item);
    this.#set({ busy: false });
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
      const overruled = overrulable(error, choice);
      const act = { keys: "o", name: "Reject all the same", run: () => this.#overrule(item, choice, overruled ?? "") };
      this.notice = { tone: "warn", text: late, ...(overruled && { acts: [act] }) };
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
      const item = await this.#claims.next(this.queue, this.wanted);
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
