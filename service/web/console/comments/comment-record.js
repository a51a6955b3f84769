/** One comment with its whole history: texts, what the checks noticed about each, reports, decisions; and deciding it. */

import { fill, h } from "../../shared/element.js";
import { safeHref } from "../../shared/safe-html.js";
import { DecisionBar } from "../desk/decision-bar.js";
import { hrefOf, readerHref } from "../frame/place.js";
import { can } from "../frame/powers.js";
import { lateWords, undoLateWords } from "../frame/problems.js";
import { Screen } from "../frame/screen.js";
import { actionOf } from "../words/actions.js";
import { ago, factsOf, textOf } from "../words/comment-text.js";
import { nameOf } from "../words/names.js";
import { BulkPanel } from "../bulk/bulk-panel.js";
import { historyParts } from "./history-parts.js";

/** @typedef {import("./comment-types.js").CommentRecord} CommentRecord */

export class CommentPage extends Screen {
  #review;
  #bar;
  #body = h("div.record-body");
  /** @type {CommentRecord | null} */
  #record = null;
  #busy = false;
  #bulk;
  #id = "";

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("../desk/review-api.js").ReviewApi} review
   */
  constructor(tools, review) {
    super(tools);
    this.#review = review;
    const root = h("section.bar.together", { "aria-label": "Decide", hidden: true });
    this.#bar = new DecisionBar(root, {
      actions: () => (this.#record?.allowed.length ? this.#record.allowed : null),
      busy: () => this.#busy,
      decide: (choice) => this.#decide(choice),
      limits: () => this.#limits(),
      others: [{ id: "replies", name: "Reject with replies", key: "shift+r", run: () => this.#withReplies() }],
    });
    this.#bulk = new BulkPanel(tools, () => {
      tools.decided();
      this.#read();
    });
    fill(this.element, this.#body, this.#bulk.element, root);
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    this.#id = place.path[0] ?? "";
    this.#record = null;
    this.title = "A comment";
    this.#bulk.close();
    fill(this.#body, h("h1", {}, "Reading the record…"));
    this.#bar.renew();
    if (await this.#read()) this.lead();
  }

  /** @returns {Promise<boolean>} whether it could be read */
  async #read() {
    const path = `v1/admin/comments/${encodeURIComponent(this.#id)}`;
    const record = await this.ask(() => this.tools.api.get(path), () => this.#read());
    if (!record) return false;
    this.#record = record;
    this.title = `Comment by ${record.comment.author?.name ?? "a former reader"}`;
    this.#draw(record);
    this.#bar.renew();
    return true;
  }

  /** @param {CommentRecord} record */
  #draw(record) {
    const { comment, story, author } = record;
    const href = safeHref(story.url);
    fill(
      this.#body,
      h("h1", {}, this.title),
      h(
        "p.record-line",
        {},
        href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, story.title) : story.title,
        h("span.help", {}, `${story.site}${story.section ? `, ${story.section}` : ""}`),
        ago(comment.created_at),
        author && h("a", { href: readerHref(author.id) }, `${author.name}: record`),
        ...record.queues.map(({ queue }) => h("a.chip", { href: hrefOf(["queues", queue], { comment: comment.id }) }, `Waits in ${nameOf(queue)}`)),
      ),
      h("div.card.record-card", {}, h("div.subject-text", {}, textOf(comment)), h("p.facts", {}, ...factsOf(comment, ""), h("span.fact", {}, `Revision ${record.revision}`), h("span.fact", {}, nameOf(comment.status)))),
      ...historyParts(record),
    );
  }

  #withReplies() {
    this.#bulk.preview({ of: "replies", comment_id: this.#id, overrule: false });
  }

  #limits() {
    const record = this.#record;
    const person = this.tools.person();
    return record?.author && can(person, "sanction") ? { site: record.story.site, everywhere: person?.sites == null } : null;
  }

  /** @param {import("../words/types.js").Choice} choice */
  async #decide(choice) {
    const record = this.#record;
    if (!record || this.#busy) return;
    this.#busy = true;
    const item = { comment: record.comment.id, revision: record.revision, overrules: record.decisions[0]?.id };
    try {
      const [result] = await this.#review.decideAll([item], choice);
      if (result instanceof Error) throw result;
      const reason = choice.reason ? ` (${nameOf(choice.reason)})` : "";
      const undo = { keys: "u", name: "Undo", run: () => this.#undo(result.decisionId) };
      await this.#changed({ tone: "good", text: `${actionOf(choice.action).done} it${reason}.`, acts: [undo] });
    } catch (error) {
      const late = lateWords(error, "comment");
      if (late) await this.#changed({ tone: "warn", text: `${late} This is how it is now.` });
      else this.tools.notices.fail({ error, retry: () => this.#decide(choice) });
    } finally {
      this.#busy = false;
    }
  }

  /** @param {string} decision */
  async #undo(decision) {
    try {
      await this.#review.undo(decision);
    } catch (error) {
      const late = undoLateWords(error, "comment");
      if (!late) return this.tools.notices.fail({ error, retry: () => this.#undo(decision) });
      return this.#changed({ tone: "warn", text: late });
    }
    await this.#changed({ tone: "good", text: "Taken back." });
  }

  /**
   * The record as it is now, and then what came of the act: whoever reads that can go on.
   * @param {import("../frame/notices.js").Notice} notice
   */
  async #changed(notice) {
    this.tools.decided();
    await this.#read();
    this.tools.notices.show(notice);
  }

  bindings() {
    const author = this.#record?.author;
    return [
      ...this.#bar.bindings(),
      { keys: "shift+r", name: "Reject it with its replies, counted first", run: () => this.#withReplies() },
      ...(author ? [{ keys: "i", name: "The author’s record", run: () => this.tools.goTo(readerHref(author.id)) }] : []),
    ];
  }
}
