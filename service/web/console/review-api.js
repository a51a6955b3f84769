/** Every call the console makes about comments under review. Each answers with what is needed, or throws a `Problem`. */

import { Problem } from "../shared/api.js";

/** @typedef {import("../shared/api.js").Api} Api */
/** @typedef {import("./types.js").Item} Item */
/** @typedef {import("./types.js").Choice} Choice */

export class ReviewApi {
  #api;

  /** @param {Api} api whose token is a staff member's */
  constructor(api) {
    this.#api = api;
  }

  /**
   * How much waits in each queue that the service names.
   * @returns {Promise<Map<string, import("./types.js").QueueFigures>>}
   */
  async queues() {
    const answer = await this.#api.get("v1/admin/queues");
    return new Map(Object.entries(answer.queues));
  }

  /**
   * Takes items that nobody else holds; none when there are none.
   * @param {string} queue
   * @param {number} limit
   * @returns {Promise<Item[]>}
   */
  async claim(queue, limit) {
    const answer = await this.#api.send("POST", `v1/admin/queues/${encodeURIComponent(queue)}/claims`, { limit });
    return answer?.items ?? [];
  }

  /**
   * The item as it is now, held by this moderator anew; null when it does not wait any more or somebody else holds it.
   * @param {Item} item
   * @returns {Promise<Item | null>}
   */
  async claimAgain(item) {
    const answer = await this.#api.send("POST", `v1/admin/queues/${encodeURIComponent(item.queue)}/claims`, {
      comment_ids: [item.comment.id],
    });
    return answer?.items[0] ?? null;
  }

  /**
   * An item that this moderator holds already, from another window or from before this page was loaded anew.
   * @param {string} queue
   * @param {Set<string>} except these comments
   * @returns {Promise<Item | null>}
   */
  async held(queue, except) {
    const page = await this.#api.get(`v1/admin/queues/${encodeURIComponent(queue)}`, { claimed: "mine", limit: 100 });
    return page.items.find((/** @type {Item} */ item) => !except.has(item.comment.id)) ?? null;
  }

  /** @param {string} comment whose claim is given back */
  async giveBack(comment) {
    await this.#api.send("DELETE", `v1/admin/claims/${encodeURIComponent(comment)}`);
  }

  /**
   * Decides on the revision that was seen, unless somebody else has claimed the comment since.
   * @param {Item} item
   * @param {Choice} choice
   * @returns {Promise<string>} the decision's id
   */
  async decide(item, choice) {
    const answer = await this.#api.send("POST", "v1/admin/decisions", {
      decisions: [{
        comment_id: item.comment.id,
        seen_revision: item.revision,
        ...choice,
        ...(item.claimed_until && { claimed_until: item.claimed_until }),
      }],
    });
    return decisionIn(answer.results[0]);
  }

  /**
   * Takes a decision back, by a new decision.
   * @param {string} decision
   */
  async undo(decision) {
    await this.#api.send("POST", `v1/admin/decisions/${encodeURIComponent(decision)}/undo`);
  }
}

/**
 * One of many decisions fails alone, inside an answer that is otherwise good; here it becomes a problem like any other.
 * @param {{status: string, decision_id?: string, problem?: Record<string, any>}} result
 * @returns {string}
 */
function decisionIn(result) {
  if (result.status === "done" && result.decision_id) return result.decision_id;
  const members = result.problem ?? {};
  const slug = String(members.slug ?? members.type ?? "unexpected").split("/").pop() ?? "unexpected";
  throw new Problem(slug, Number(members.status ?? 0), members);
}
