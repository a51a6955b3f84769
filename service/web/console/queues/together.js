/** Several comments decided in the same way, what came of each, and taking all of it back. */

import { Problem } from "../../shared/api.js";
import { lateWords, troubleOf } from "../frame/problems.js";
import { actionOf } from "../words/actions.js";
import { counted, nameOf } from "../words/names.js";
import { commentBy } from "../words/telling.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Choice} Choice */
/** @typedef {{tone: "good" | "bad" | "plain", text: string}} Outcome what came of one decision */

/** As many as the service takes in one request. */
const AT_ONCE = 100;

export class Together {
  #tools;
  #review;
  #decided;
  busy = false;
  /** @type {Map<string, Outcome>} by comment */
  outcomes = new Map();
  /** @type {{decision: string, comment: string}[]} of the last act, the latest first */
  #last = [];

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("../desk/review-api.js").ReviewApi} review
   * @param {() => void} decided
   */
  constructor(tools, review, decided) {
    this.#tools = tools;
    this.#review = review;
    this.#decided = decided;
  }

  /** @param {string} comment */
  isDone(comment) {
    return this.outcomes.get(comment)?.tone === "good";
  }

  forget() {
    this.outcomes.clear();
    this.#last = [];
  }

  /**
   * @param {Item[]} items
   * @param {Choice} choice
   */
  async decide(items, choice) {
    if (this.busy || items.length === 0) return;
    await this.#during(() => this.decide(items, choice), async () => {
      const made = [];
      for (let from = 0; from < items.length; from += AT_ONCE) {
        const some = items.slice(from, from + AT_ONCE);
        const results = await this.#review.decideAll(some.map(seenOf), choice);
        made.push(...results.map((result, place) => ({ item: some[place], result })));
      }
      this.#last = [];
      for (const { item, result } of made) this.#note(item, result, choice);
      const failed = made.filter(({ result }) => result instanceof Problem).length;
      const done = made.length - failed;
      const reason = choice.reason ? ` (${nameOf(choice.reason)})` : "";
      const told = `${actionOf(choice.action).done} ${counted(done, "comment")}${reason}.`;
      this.#tools.notices.show({
        tone: failed ? "warn" : "good",
        text: failed ? `${told} ${counted(failed, "comment")} could not be decided; each says why.` : told,
        acts: done ? [{ keys: "u", name: "Undo", run: () => this.undo() }] : [],
      });
    });
  }

  /**
   * @param {Item} item
   * @param {import("../desk/review-api.js").Made | Problem} result
   * @param {Choice} choice
   */
  #note(item, result, choice) {
    if (result instanceof Problem) {
      const text = lateWords(result, commentBy(item)) ?? troubleOf(result).title;
      this.outcomes.set(item.comment.id, { tone: "bad", text });
    } else {
      this.outcomes.set(item.comment.id, { tone: "good", text: actionOf(choice.action).done });
      this.#last.unshift({ decision: result.decisionId, comment: item.comment.id });
    }
  }

  /** Takes back what was decided last, one by one; what was decided anew since stays as it is. */
  async undo() {
    if (this.busy || this.#last.length === 0) return;
    await this.#during(() => this.undo(), async () => {
      const total = this.#last.length;
      let stayed = 0;
      while (this.#last.length) {
        const { decision, comment } = this.#last[0];
        try {
          await this.#review.undo(decision);
          this.outcomes.set(comment, { tone: "plain", text: "Taken back" });
        } catch (error) {
          if (!(error instanceof Problem) || error.status !== 409) throw error;
          this.outcomes.set(comment, { tone: "bad", text: "Decided anew since, so it stays" });
          stayed += 1;
        }
        this.#last.shift();
      }
      const kept = stayed ? ` ${counted(stayed, "comment")} had been decided anew and stay.` : "";
      this.#tools.notices.show({ tone: stayed ? "warn" : "good", text: `Taken back: ${counted(total - stayed, "decision")}.${kept}` });
    });
  }

  /**
   * @param {() => void} retry
   * @param {() => Promise<void>} work
   */
  async #during(retry, work) {
    this.busy = true;
    this.#tools.notices.clear();
    try {
      await work();
    } catch (error) {
      this.#tools.notices.fail({ error, retry });
    }
    this.busy = false;
    this.#decided();
    this.#tools.decided();
  }
}

/**
 * What was seen, the last decision included: the row stands beside what a colleague decided.
 * @param {Item} item
 */
function seenOf({ comment, revision, last_decision: last }) {
  return { comment: comment.id, revision, ...(last && { overrules: last.id }) };
}
