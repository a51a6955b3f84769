/** Every call the console makes about comments under review. Each answers with what is needed, or throws a `Problem`. */

import { Problem } from "../../shared/api.js";

/** @typedef {import("../../shared/api.js").Api} Api */
/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Choice} Choice */
/** @typedef {import("../words/types.js").Wanted} Wanted */
/** @typedef {{decisionId: string, sanctionId: string | null}} Made a decision that stands, and the limit that came with it */

export class ReviewApi {
  #api;

  /** @param {Api} api whose token is a staff member's */
  constructor(api) {
    this.#api = api;
  }

  /**
   * How much waits in each queue that the service names.
   * @returns {Promise<Map<string, import("../words/types.js").QueueFigures>>}
   */
  async queues() {
    const answer = await this.#api.get("v1/admin/queues");
    return new Map(Object.entries(answer.queues));
  }

  /**
   * Takes items that nobody else holds; none when there are none.
   * @param {string} queue
   * @param {number} limit
   * @param {Wanted} [wanted]
   * @returns {Promise<Item[]>}
   */
  async claim(queue, limit, wanted = {}) {
    const answer = await this.#api.send("POST", `v1/admin/queues/${encodeURIComponent(queue)}/claims`, { limit, ...wanted });
    return answer?.items ?? [];
  }

  /**
   * The item as it is now, held by this moderator anew; null when it does not wait any more or somebody else holds it.
   * @param {Item} item
   * @returns {Promise<Item | null>}
   */
  claimAgain(item) {
    return this.claimThis(item.queue, item.comment.id);
  }

  /**
   * This comment, held by this moderator; null when it does not wait there or somebody else holds it.
   * @param {string} queue
   * @param {string} comment
   * @returns {Promise<Item | null>}
   */
  async claimThis(queue, comment) {
    const answer = await this.#api.send("POST", `v1/admin/queues/${encodeURIComponent(queue)}/claims`, { comment_ids: [comment] });
    return answer?.items[0] ?? null;
  }

  /**
   * An item that this moderator holds already, from another window or from before this page was loaded anew.
   * @param {string} queue
   * @param {Set<string>} except these comments
   * @param {Wanted} [wanted]
   * @returns {Promise<Item | null>}
   */
  async held(queue, except, wanted = {}) {
    const page = await this.page(queue, { ...wanted, claimed: "mine", limit: "100" });
    return page.items.find((/** @type {Item} */ item) => !except.has(item.comment.id)) ?? null;
  }

  /**
   * A page of a queue, held by somebody or not.
   * @param {string} queue
   * @param {Record<string, string | null | undefined>} query filters, order and cursor
   * @returns {Promise<{items: Item[], next_cursor: string | null}>}
   */
  page(queue, query) {
    return this.#api.get(`v1/admin/queues/${encodeURIComponent(queue)}`, query);
  }

  /** @param {string} comment whose claim is given back */
  async giveBack(comment) {
    await this.#api.send("DELETE", `v1/admin/claims/${encodeURIComponent(comment)}`);
  }

  /**
   * Decides on the revision that was seen, unless somebody else has claimed the comment since.
   * @param {Item} item
   * @param {Choice} choice
   * @returns {Promise<Made>}
   */
  async decide(item, choice) {
    const claim = item.claimed_until && !choice.overrules ? { claimed_until: item.claimed_until } : {};
    const [result] = await this.#decisions([{ comment_id: item.comment.id, seen_revision: item.revision, ...choice, ...claim }]);
    if (result instanceof Problem) throw result;
    return result;
  }

  /**
   * Decides about several comments in the same way; for each, in order, what came of it. One that fails, fails alone.
   * @param {{comment: string, revision: number, overrules?: string}[]} seen
   * @param {Choice} choice
   * @returns {Promise<(Made | Problem)[]>}
   */
  decideAll(seen, choice) {
    return this.#decisions(seen.map(({ comment, revision, overrules }) => ({
      comment_id: comment,
      seen_revision: revision,
      ...choice,
      ...(overrules && choice.action === "reject" && { overrules }),
    })));
  }

  /**
   * @param {object[]} decisions
   * @returns {Promise<(Made | Problem)[]>}
   */
  async #decisions(decisions) {
    const answer = await this.#api.send("POST", "v1/admin/decisions", { decisions });
    return answer.results.map(madeOf);
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
 * @param {{status: string, decision_id?: string, sanction_id?: string, problem?: Record<string, any>}} result
 * @returns {Made | Problem}
 */
function madeOf(result) {
  if (result.status === "done" && result.decision_id) {
    return { decisionId: result.decision_id, sanctionId: result.sanction_id ?? null };
  }
  const members = result.problem ?? {};
  const slug = String(members.slug ?? members.type ?? "unexpected").split("/").pop() ?? "unexpected";
  return new Problem(slug, Number(members.status ?? 0), members);
}
