/** The fields of a limit on a reader: which, until when, where, why, and a note. Used beside a decision and on the reader's page. */

import { fill, h } from "../../shared/element.js";
import { field, input, momentOf, select } from "../parts/form.js";

/** @typedef {import("../words/types.js").NewSanction} NewSanction */

/** @type {[string, string][]} */
export const KINDS = [
  ["warn", "Warning: has to be read before taking part again"],
  ["premoderate", "Premoderation: each comment is read first"],
  ["suspend", "Suspension: reads only, until a day"],
  ["ban", "Ban: reads only"],
];

const DAY_MS = 24 * 3600 * 1000;
/** @type {[string, string][]} */
const LENGTHS = [["1", "1 day"], ["7", "1 week"], ["30", "30 days"], ["90", "90 days"], ["", "No end"], ["date", "Until…"]];

const REASON_MAX = 500;
const NOTE_MAX = 2000;

export class SanctionFields {
  #none;
  #site;
  #kind;
  #length = select(LENGTHS, "7");
  #date = input("", { type: "datetime-local", hidden: true, "aria-label": "Until when" });
  #where;
  #reason = input("", { maxLength: REASON_MAX });
  #note = h("textarea", { rows: 2, maxLength: NOTE_MAX });
  #rest = h("div.field-grid");
  #trouble = h("p.trouble", { role: "alert" });
  element;

  /**
   * @param {object} given
   * @param {boolean} given.optional whether there may be none at all
   * @param {string | null} given.site where it holds unless everywhere is chosen
   * @param {boolean} given.everywhere whether this moderator may limit a reader everywhere
   */
  constructor({ optional, site, everywhere }) {
    this.#none = optional;
    this.#site = site;
    this.#kind = select(optional ? [["", "None"], ...KINDS] : KINDS, optional ? "" : "warn");
    /** @type {[string, string][]} */
    const places = [...(site ? [/** @type {[string, string]} */ (["here", `On ${site} only`])] : []), ...(everywhere || !site ? [/** @type {[string, string]} */ (["", "Everywhere"])] : [])];
    this.#where = select(places, places[0][0]);
    this.#kind.addEventListener("change", () => {
      this.#length.value = this.#kind.value === "ban" ? "" : "7";
      this.#date.hidden = true;
      this.#draw();
    });
    this.#length.addEventListener("change", () => {
      this.#date.hidden = this.#length.value !== "date";
    });
    this.element = h(
      "div.sanction-fields",
      {},
      field("Limit on the author", this.#kind),
      this.#rest,
      this.#trouble,
    );
    this.#draw();
  }

  focus() {
    this.#kind.focus();
  }

  /** Whether a limit is chosen. */
  get chosen() {
    return this.#kind.value !== "";
  }

  #draw() {
    this.#trouble.textContent = "";
    const kind = this.#kind.value;
    if (!kind) return fill(this.#rest);
    const ends = kind !== "warn";
    const lengths = LENGTHS.filter(([id]) => kind !== "suspend" || id !== "");
    const before = this.#length.value;
    fill(this.#length, ...lengths.map(([id, name]) => h("option", { value: id }, name)));
    this.#length.value = lengths.some(([id]) => id === before) ? before : "7";
    fill(
      this.#rest,
      ends && field("For how long", this.#length),
      ends && this.#date,
      field("Where", this.#where),
      field("Reason", this.#reason, this.#none ? "The reader is shown it. Empty: the decision’s reason." : "The reader is shown it."),
      field("Note", this.#note, "For moderators alone."),
    );
  }

  /**
   * The limit as the service takes it; null for none, and undefined when something is missing, which is then said.
   * @param {string} [reason] taken when none is written
   * @returns {NewSanction | null | undefined}
   */
  value(reason = "") {
    const kind = this.#kind.value;
    if (!kind) return null;
    const why = this.#reason.value.trim() || reason;
    const until = kind === "warn" ? null : this.#until();
    if (!why) return this.#miss("Write the reason that the reader is shown.", this.#reason);
    if (until === undefined) return this.#miss("Choose a day that is still to come.", this.#date);
    const note = this.#note.value.trim();
    return {
      kind,
      reason: why,
      ...(until && { until }),
      ...(this.#where.value === "here" && this.#site && { site: this.#site }),
      ...(note && { note }),
    };
  }

  /** @returns {string | null | undefined} null for no end, undefined for a day that is none */
  #until() {
    const length = this.#length.value;
    if (!length) return null;
    if (length !== "date") return new Date(Date.now() + Number(length) * DAY_MS).toISOString();
    const at = momentOf(this.#date.value);
    return at && Date.parse(at) > Date.now() ? at : undefined;
  }

  /**
   * @param {string} words
   * @param {HTMLElement} control
   * @returns {undefined}
   */
  #miss(words, control) {
    this.#trouble.textContent = words;
    control.focus();
    return undefined;
  }
}
