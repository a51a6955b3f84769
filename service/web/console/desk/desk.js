/**
 * The moderator's desk: what is in hand is decided, decisions are taken back, and the next comment comes.
 *
 * With what it holds (`holding.js`) this is the desk's whole state, and knows nothing of the page; views draw it after
 * each "change".
 */

import { lateWords, overrulable, undoLateWords } from "../frame/problems.js";
import { commentBy, told } from "../words/telling.js";
import { Holding } from "./holding.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Choice} Choice */
/** @typedef {import("../words/types.js").Done} Done */
/** @typedef {import("../frame/notices.js").Notice} Notice */

/** Decisions of this sitting that can be taken back from here. */
const DONE_MAX = 20;

/** Sends "decided", too, when a decision was taken or taken back. */
export class Desk extends Holding {
  /** @type {Done[]} the latest first */
  done = [];

  /** Leaves everything: what is in hand goes back, and nothing of this sitting is kept. */
  close() {
    this.done = [];
    super.close();
  }

  /** @param {Choice} choice */
  async decide(choice) {
    const item = this.item;
    if (!item || this.busy) return;
    const turn = this.turn;
    this.set({ busy: true, failure: null });
    try {
      const done = await this.#made(item, choice);
      if (turn === this.turn) this.notice = this.#noticeOf(done);
    } catch (error) {
      if (turn === this.turn) await this.#missed(error, item, choice);
      return;
    }
    if (turn === this.turn) await this.take();
    else this.set({});
  }

  /**
   * @param {Item} item
   * @param {Choice} choice
   * @returns {Promise<Done>}
   */
  async #made(item, choice) {
    const done = { ...(await this.review.decide(item, choice)), choice, item };
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
    this.set({ busy: true });
    try {
      this.notice = this.#noticeOf(await this.#made(item, { ...choice, overrules: decision }));
    } catch (error) {
      const late = lateWords(error, commentBy(item));
      if (!late) return this.set({ busy: false, failure: { error, retry: () => this.#overrule(item, choice, decision) } });
      this.notice = { tone: "warn", text: late };
    }
    this.set({ busy: false, failure: null });
  }

  /**
   * Takes a decision back and, where its comment waits again, brings it back before the moderator.
   * @param {Done} [done] the last one, if not given
   */
  async undo(done = this.done[0]) {
    if (!done || this.busy) return;
    const turn = this.turn;
    this.set({ busy: true, failure: null });
    try {
      await this.review.undo(done.decisionId);
      const stays = done.sanctionId ? " The limit on the author stays; it is lifted on the reader’s page." : "";
      this.notice = { tone: "good", text: `Taken back: ${told(done)}.${stays}` };
      this.dispatchEvent(new Event("decided"));
    } catch (error) {
      const late = undoLateWords(error, commentBy(done.item));
      if (!late) return this.set({ busy: false, failure: { error, retry: () => this.undo(done) } });
      this.notice = { tone: "warn", text: late };
    }
    this.done = this.done.filter((other) => other !== done);
    this.claims.forget(done.item);
    this.set({});
    if (turn === this.turn && this.queue === done.item.queue) await this.#bringBack(done.item);
    this.set({ busy: false });
  }

  /** @param {Item} item one whose decision was taken back */
  async #bringBack(item) {
    const found = await this.asItIsNow(item, () => this.#bringBack(item));
    if (found) {
      if (this.item?.comment.id !== found.comment.id) this.letGo();
      this.show(found);
    } else if (found === null && !this.item) {
      await this.take();
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
    if (!late) return this.set({ busy: false, failure: { error, retry: () => this.decide(choice) } });
    const found = await this.asItIsNow(item, () => this.#missed(error, item, choice));
    if (found && found.revision !== item.revision) {
      this.notice = { tone: "warn", text: `${late} This is its text now.` };
      this.show(found, item.comment.body);
    } else if (found !== undefined) {
      const overruled = overrulable(error, choice);
      const act = { keys: "o", name: "Reject all the same", run: () => this.#overrule(item, choice, overruled ?? "") };
      this.notice = { tone: "warn", text: late, ...(overruled && { acts: [act] }) };
      await this.take();
    }
  }
}
