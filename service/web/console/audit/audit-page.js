/** Every act of staff, newest first, with what was before and after. */

import { fill, h } from "../../shared/element.js";
import { commentHref, hrefOf, readerHref } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { field, input, localOf, momentOf } from "../parts/form.js";
import { Rows } from "../parts/rows.js";
import { full } from "../words/times.js";

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} at
 * @property {string} actor
 * @property {string} action
 * @property {string} subject_kind
 * @property {string} subject_id
 * @property {string | null} site
 * @property {Record<string, unknown> | null} before
 * @property {Record<string, unknown> | null} after
 * @property {number | null} [position]
 * @property {string | null} [hash]
 */

const PAGE = "50";
/** @type {[string, string, string?][]} */
const TEXTS = [
  ["actor", "Who", "The subject of a staff token."],
  ["action", "Act", "Such as comment.rejected."],
  ["subject_kind", "What kind", "comment, story, reader…"],
  ["subject_id", "Which", "Its id."],
  ["site", "Site"],
];

export class AuditPage extends Screen {
  #rows = new Rows();
  #form = h("form.filter-form");
  #list = h("ul.audit-rows.item-rows", { "aria-label": "Acts of staff" });
  #foot = h("div.row");
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Record<string, string>} */
  #query = {};

  /** @param {import("../frame/screen.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.title = "Audit";
    fill(this.element, h("h1", {}, "Audit"), this.#form, this.#list, this.#foot);
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    this.#query = place.query;
    this.#entries = [];
    this.#rows.at = -1;
    this.#drawForm();
    fill(this.#list);
    fill(this.#foot, h("p", {}, "Looking…"));
    this.lead();
    await this.#more(null);
  }

  #drawForm() {
    const texts = TEXTS.map(([name, label, help]) => ({ name, label, help, control: input(this.#query[name] ?? "", { maxLength: 200 }) }));
    const after = input(localOf(this.#query.after), { type: "datetime-local" });
    const before = input(localOf(this.#query.before), { type: "datetime-local" });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const given = Object.fromEntries(texts.map(({ name, control }) => [name, control.value.trim()]));
      this.tools.goTo(hrefOf(["audit"], { ...given, after: momentOf(after.value), before: momentOf(before.value) }));
    };
    const filtered = Object.values(this.#query).some(Boolean);
    fill(this.#form, h(
      "details",
      { open: filtered },
      h("summary", {}, "Filters ", h("kbd", { "aria-hidden": "true" }, "/")),
      h(
        "div.field-grid",
        {},
        ...texts.map(({ label, control, help }) => field(label, control, help)),
        field("Since", after),
        field("Before", before),
      ),
      h("div.row", {}, h("button.primary", { type: "submit" }, "Show these")),
    ));
  }

  #unfoldFilters() {
    const details = this.#form.querySelector("details");
    if (details) details.open = true;
    this.#form.querySelector("input")?.focus();
  }

  /** @param {string | null} cursor */
  async #more(cursor) {
    const names = [...TEXTS.map(([name]) => name), "after", "before"];
    const asked = { ...Object.fromEntries(names.map((name) => [name, this.#query[name]])), limit: PAGE, cursor };
    const page = await this.ask(() => this.tools.api.get("v1/admin/audit", asked), () => this.#more(cursor));
    if (!page) return;
    this.#entries = [...this.#entries, ...page.entries];
    const rows = this.#entries.map(row);
    fill(this.#list, ...rows);
    this.#rows.set(rows);
    const next = page.next_cursor;
    fill(
      this.#foot,
      h("p", { role: "status" }, this.#entries.length ? `${this.#entries.length} shown.` : "Nothing was recorded that fits."),
      next && h("button", { onclick: () => this.#more(next), "aria-keyshortcuts": "m" }, "Show more ", h("kbd", { "aria-hidden": "true" }, "m")),
    );
    this.#showMore = next ? () => this.#more(next) : () => {};
  }

  /** @type {() => void} */
  #showMore = () => {};

  bindings() {
    const unfold = () => {
      const changes = this.#rows.current?.querySelector("details");
      if (changes) changes.open = !changes.open;
    };
    return [
      ...this.#rows.bindings(),
      { keys: "enter", name: "Before and after", run: unfold },
      { keys: "m", name: "Show more", run: () => this.#showMore() },
      { keys: "/", name: "Filters", run: () => this.#unfoldFilters() },
    ];
  }
}

/** @param {Entry} entry */
function row(entry) {
  const { actor, action, subject_kind: kind, subject_id: id, site, at, before, after, position, hash } = entry;
  const href = kind === "comment" ? commentHref(id) : kind === "reader" ? readerHref(id) : null;
  return h(
    "li.item-row.audit-row",
    {},
    h(
      "div.item-main",
      {},
      h("p.item-text", {}, h("strong", {}, action), " by ", actor),
      h(
        "p.item-facts",
        {},
        h("time", { dateTime: at }, full(at)),
        href ? h("a", { href }, `${kind} ${id}`) : h("span", {}, `${kind} ${id}`),
        site && h("span", {}, site),
        position != null && h("span", { title: hash ?? "" }, `sealed as ${position}`),
      ),
      (before || after) && h("details", {}, h("summary", {}, "Before and after"), changesOf(before ?? {}, after ?? {})),
    ),
  );
}

/**
 * @param {Record<string, unknown>} before
 * @param {Record<string, unknown>} after
 */
function changesOf(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const shown = (/** @type {unknown} */ value) => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));
  return h(
    "div.table-scroll",
    { tabIndex: 0, role: "region", "aria-label": "Before and after" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "What"), h("th", { scope: "col" }, "Before"), h("th", { scope: "col" }, "After"))),
      h("tbody", {}, ...names.map((name) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, shown(before[name])), h("td", {}, shown(after[name]))))),
    ),
  );
}
