/** Many comments rejected at once: a comment with its replies, or an author's of some time. The count is shown first. */

import { fill, h } from "../../shared/element.js";
import { can } from "../frame/powers.js";
import { troubleOf } from "../frame/problems.js";
import { field, select } from "../parts/form.js";
import { SanctionFields } from "../sanctions/sanction-fields.js";
import { ago } from "../words/comment-text.js";
import { REASONS, counted, excerpt, nameOf } from "../words/names.js";

const NOTE_MAX = 2000;
/** A longer wait is told, not waited. */
const WAIT_MOST_S = 60;

/**
 * @typedef {object} Preview
 * @property {string} token
 * @property {number} count
 * @property {boolean} more
 * @property {number} published
 * @property {number} held
 * @property {number} stories
 * @property {number} authors
 * @property {number} let_stand
 * @property {import("../words/types.js").Comment[]} examples
 *
 * @typedef {object} Bulk
 * @property {string} token
 * @property {string} state
 * @property {number} count
 * @property {number} done
 * @property {number} failed
 * @property {number} undone
 */

export class BulkPanel {
  #tools;
  #ended;
  #trouble = h("p.trouble", { role: "alert" });
  #told = h("p.told", { role: "status" });
  #body = h("div.bulk-body");
  /** @type {Record<string, any>} */
  #selection = {};
  #busy = false;
  element = h("section.record-part.bulk", { "aria-label": "Reject many at once", hidden: true }, this.#trouble, this.#told, this.#body);

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {() => void} ended told when something was rejected or taken back
   */
  constructor(tools, ended) {
    this.#tools = tools;
    this.#ended = ended;
  }

  /**
   * Counts what would be rejected, and shows it.
   * @param {Record<string, any>} selection as the service takes it: of "replies", or of "author"
   */
  async preview(selection) {
    this.#selection = selection;
    this.element.hidden = false;
    this.#told.textContent = "";
    fill(this.#body, h("h2", {}, "Counting…"));
    const found = await this.#try(() => this.#tools.api.send("POST", "v1/admin/decisions/preview", selection));
    if (found) this.#show(found);
    else fill(this.#body);
  }

  /** @param {Preview} preview */
  #show(preview) {
    const { count, more, published, held, stories, authors, let_stand: stand } = preview;
    const heading = h("h2", { tabIndex: -1 }, count ? `${counted(count, "comment")}${more ? ", the first of more" : ""} would be rejected` : "There is nothing to reject");
    const reason = select(REASONS.map(({ id, name }) => /** @type {[string, string]} */ ([id, name])), "rules");
    const note = h("textarea", { rows: 2, maxLength: NOTE_MAX });
    const overrule = h("input", {
      type: "checkbox",
      checked: Boolean(this.#selection.overrule),
      onchange: () => this.preview({ ...this.#selection, overrule: overrule.checked }),
    });
    const limit = this.#limit();
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      const sanction = limit?.value(nameOf(reason.value));
      if (sanction === undefined && limit) return; // Something is missing, and the fields say what.
      this.#run({
        token: preview.token,
        reason: reason.value,
        ...(note.value.trim() && { note: note.value.trim() }),
        ...(sanction && { sanction }),
      });
    };
    fill(
      this.#body,
      heading,
      count > 0 && h("p", {}, `${published} published, ${held} held; ${counted(stories, "story", "stories")}, ${counted(authors, "author")}.`),
      (stand > 0 || overrule.checked) && h("label.check", {}, overrule, ` Also ${counted(stand, "comment")} that a colleague let stand`),
      h("ul.lines", {}, ...preview.examples.map((comment) => h("li", { dir: "auto" }, excerpt(comment.body, 120), " ", ago(comment.created_at)))),
      h(
        "form",
        { onsubmit: send },
        count > 0 && h("div.field-grid", {}, field("Reason for all of them", reason), field("Note", note, "Kept with each decision.")),
        count > 0 && limit && h("details.limit", {}, h("summary", {}, "Limit the author too"), limit.element),
        h(
          "div.row",
          {},
          count > 0 && h("button.act.bad", { type: "submit" }, `Reject ${counted(count, "comment")}`),
          h("button", { type: "button", onclick: () => this.close() }, "Leave them"),
        ),
      ),
    );
    heading.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "start" });
  }

  /** Fields of a limit on the author of the range, or of the comment at the top; null for who may set none. */
  #limit() {
    const person = this.#tools.person();
    if (!can(person, "sanction")) return null;
    return new SanctionFields({ optional: true, site: person?.sites?.[0] ?? null, everywhere: person?.sites == null });
  }

  close() {
    this.element.hidden = true;
    fill(this.#body);
  }

  /** The same request until all is done: each handles some. @param {Record<string, any>} order */
  async #run(order) {
    const done = await this.#until("v1/admin/decisions/bulk", order, "running", (bulk) => bulk.done + bulk.failed);
    if (!done) return;
    const failed = done.failed ? ` ${counted(done.failed, "comment")} could not be: they had changed meanwhile.` : "";
    this.#told.textContent = `Rejected ${counted(done.done, "comment")} (${nameOf(order.reason)}).${failed}`;
    fill(
      this.#body,
      h("div.row", {}, h("button", { onclick: () => this.#undo(done.token) }, "Undo all of it"), h("button", { onclick: () => this.close() }, "Close")),
    );
    this.#body.querySelector("button")?.focus();
    this.#ended();
  }

  /** @param {string} token */
  async #undo(token) {
    const undone = await this.#until(`v1/admin/decisions/bulk/${encodeURIComponent(token)}/undo`, undefined, "undoing", (bulk) => bulk.undone);
    if (!undone) return;
    this.#told.textContent = `Taken back: ${counted(undone.undone, "decision")}.`;
    fill(this.#body);
    this.#ended();
  }

  /**
   * @param {string} path
   * @param {Record<string, any> | undefined} order
   * @param {string} going the state in which the request is sent again
   * @param {(bulk: Bulk) => number} handled
   * @returns {Promise<Bulk | undefined>}
   */
  async #until(path, order, going, handled) {
    if (this.#busy) return undefined;
    this.#busy = true;
    try {
      for (;;) {
        /** @type {Bulk | undefined} */
        const bulk = await this.#try(() => this.#tools.api.send("POST", path, order));
        if (!bulk || bulk.state !== going) return bulk;
        this.#told.textContent = `${handled(bulk)} of ${bulk.count}…`;
      }
    } finally {
      this.#busy = false;
    }
  }

  /**
   * Where the service asks to be left alone for a while, it is, and then goes on: what was handled is handled.
   * @param {() => Promise<any>} work
   * @returns {Promise<any>} undefined when it failed, which is then said
   */
  async #try(work) {
    for (;;) {
      this.#trouble.textContent = "";
      try {
        return await work();
      } catch (error) {
        const { title, advice, wait_s } = troubleOf(error);
        this.#trouble.textContent = `${title}. ${advice}`;
        if (!wait_s || wait_s > WAIT_MOST_S) return undefined;
        await new Promise((resolve) => setTimeout(resolve, wait_s * 1000));
      }
    }
  }
}
