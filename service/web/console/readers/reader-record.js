/** A reader's record with what a moderator does about it: limits set and lifted, notes written and struck. */

import { fill, h } from "../../shared/element.js";
import { readerHref } from "../frame/place.js";
import { can } from "../frame/powers.js";
import { troubleOf } from "../frame/problems.js";
import { field } from "../parts/form.js";
import { SanctionFields } from "../sanctions/sanction-fields.js";
import { nameOf } from "../words/names.js";
import { full } from "../words/times.js";
import { notesOf } from "./notes.js";
import { commentsOf, decisionsOf, figuresOf, holds, part, reportsOf, sanctionLine } from "./record-parts.js";

/** @typedef {import("./reader-types.js").ReaderRecord} ReaderRecord */

const LIFT_REASON_MAX = 500;

export class ReaderRecordView {
  #tools;
  #readers;
  #site;
  #trouble = h("p.trouble", { role: "alert" });
  #told = h("p.told", { role: "status" });
  /** @type {ReaderRecord | null} */
  #record = null;
  element = h("article.reader");

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("./readers-api.js").ReadersApi} readers
   * @param {object} [options]
   * @param {string | null} [options.site] where a new limit holds unless everywhere is chosen
   * @param {boolean} [options.inPanel] whether its own page is a link away
   */
  constructor(tools, readers, { site = null, inPanel = false } = {}) {
    this.#tools = tools;
    this.#readers = readers;
    this.#site = site;
    this.inPanel = inPanel;
  }

  /** @param {ReaderRecord} record */
  show(record) {
    this.#record = record;
    const title = h("h1", { id: "reader-title", tabIndex: -1 }, record.name);
    const { notes, decisions, reports } = record;
    fill(
      this.element,
      h(
        "header.reader-head",
        {},
        title,
        h("p.help", {}, `First seen ${full(record.first_seen_at)}`, record.badges.length > 0 && `, ${record.badges.map(nameOf).join(", ")}`),
        record.erased_at && h("p.fact.status", {}, `Erased ${full(record.erased_at)}`),
        this.inPanel && h("a", { href: readerHref(record.id) }, "Open as a page"),
      ),
      this.#trouble,
      this.#told,
      figuresOf(record),
      part("Limits", this.#sanctions(record), this.#limitForm(record)),
      notes && part("Notes", notesOf(notes, {
        me: this.#tools.person()?.id ?? "",
        isAdmin: this.#tools.person()?.roles.includes("admin") ?? false,
        add: (text) => this.#do(() => this.#readers.addNote(record.id, text), "The note is kept."),
        strike: (id) => this.#do(() => this.#readers.strikeNote(record.id, id), "The note is struck through."),
      })),
      part("Last comments", commentsOf(record.recent_comments)),
      decisions && part("Decisions about their comments", decisionsOf(decisions)),
      reports && part("Reports about their comments", reportsOf(reports.received, true)),
      reports && part("Reports they made", reportsOf(reports.made, false)),
    );
  }

  /** @param {ReaderRecord} record */
  #sanctions({ id, sanctions }) {
    if (sanctions.length === 0) return h("p.none", {}, "Never limited.");
    const lines = [...sanctions].sort((one, other) => Number(holds(other)) - Number(holds(one)));
    return h("ul.sanctions", {}, ...lines.map((sanction) => sanctionLine(
      sanction,
      holds(sanction) && can(this.#tools.person(), "sanction") && this.#lifting(id, sanction),
    )));
  }

  /**
   * @param {string} reader
   * @param {import("./reader-types.js").KeptSanction} sanction
   */
  #lifting(reader, sanction) {
    const reason = h("input", { type: "text", maxLength: LIFT_REASON_MAX, autocomplete: "off" });
    const lift = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#do(() => this.#readers.lift(reader, sanction.id, reason.value.trim()), `Lifted: ${nameOf(sanction.kind).toLowerCase()}.`);
    };
    return h(
      "details",
      {},
      h("summary", {}, "Lift it"),
      h("form.inline-form", { onsubmit: lift }, field("Why it is lifted", reason, "For the record; may stay empty."), h("button", { type: "submit" }, "Lift")),
    );
  }

  /** @param {ReaderRecord} record */
  #limitForm(record) {
    const person = this.#tools.person();
    if (record.erased_at || !can(person, "sanction")) return false;
    const site = this.#site ?? person?.sites?.[0] ?? null;
    const fields = new SanctionFields({ optional: false, site, everywhere: person?.sites == null });
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      const sanction = fields.value();
      if (sanction) this.#do(() => this.#readers.limit(record.id, sanction), `Set: ${nameOf(sanction.kind).toLowerCase()}.`);
    };
    return h(
      "details.limit",
      { id: "limit" },
      h("summary", {}, "Set a limit"),
      h("form", { onsubmit: send }, fields.element, h("div.row", {}, h("button.primary", { type: "submit" }, "Set the limit"))),
    );
  }

  /**
   * Does something about the reader, and shows the record as it then is.
   * @param {() => Promise<unknown>} act
   * @param {string} done
   */
  async #do(act, done) {
    const record = this.#record;
    if (!record) return;
    this.#trouble.textContent = "";
    try {
      await act();
      this.show(await this.#readers.record(record.id));
      this.#told.textContent = done;
      this.element.querySelector("h1")?.focus();
    } catch (error) {
      const { title, advice } = troubleOf(error);
      this.#trouble.textContent = `${title}. ${advice}`;
    }
  }
}
