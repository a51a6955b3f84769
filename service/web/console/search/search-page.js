/** Search over all comments, whatever their status; what is found is decided from here. */

import { fill, h } from "../../shared/element.js";
import { hrefOf } from "../frame/place.js";
import { field, input, localOf, momentOf, select } from "../parts/form.js";
import { ChoosingList } from "../queues/choosing-list.js";

/** @typedef {import("../words/types.js").Item} Item */

const PAGE = "50";
/** A page may be empty although more is to be found; so many are asked for in a row before the moderator is asked. */
const IN_A_ROW = 5;

/** @type {[string, string, string?][]} */
const TEXTS = [
  ["author", "Author", "The id of the reader’s page."],
  ["story", "Story", "Its id."],
  ["site", "Site"],
  ["signal", "Signal", "A check such as links, or a kind such as hold."],
  ["lang", "Language", "de, en, fr…: finds inflected forms too."],
];
/** @type {[string, string][]} */
const STATUSES = [["", "Any"], ["published", "Published"], ["held", "Held"], ["rejected", "Rejected"], ["deleted", "Deleted"], ["erased", "Erased"]];

const NAMES = ["q", "status", "after", "before", ...TEXTS.map(([name]) => name)];

export class SearchPage extends ChoosingList {
  #form;
  none = "Nothing was found.";

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("../desk/review-api.js").ReviewApi} review
   */
  constructor(tools, review) {
    const form = h("form.filter-form");
    super(tools, review, form);
    this.#form = form;
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.title = "Search";
    this.#draw(place.query);
    const begun = this.begin(place, NAMES.some((name) => place.query[name]));
    if (!place.query.q) this.#form.querySelector("input")?.focus();
    await begun;
  }

  /** @param {Record<string, string>} query */
  #draw(query) {
    const words = input(query.q ?? "", { type: "search", name: "q", maxLength: 200 });
    const texts = TEXTS.map(([name, label, help]) => ({ name, label, help, control: input(query[name] ?? "", { maxLength: 200 }) }));
    const status = select(STATUSES, query.status ?? "");
    const after = input(localOf(query.after), { type: "datetime-local" });
    const before = input(localOf(query.before), { type: "datetime-local" });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      const given = Object.fromEntries(texts.map(({ name, control }) => [name, control.value.trim()]));
      this.tools.goTo(hrefOf(["search"], {
        q: words.value.trim(), status: status.value, ...given, after: momentOf(after.value), before: momentOf(before.value),
      }));
    };
    const more = ["status", "after", "before", ...TEXTS.map(([name]) => name)].some((name) => query[name]);
    fill(
      this.#form,
      h("div.inline-form", {}, field("Words", words, "All of them; a \"phrase\", -without, begin*."), h("button.primary", { type: "submit" }, "Search")),
      h(
        "details",
        { open: more },
        h("summary", {}, "Narrow it down"),
        h(
          "div.field-grid",
          {},
          field("Status", status),
          ...texts.map(({ label, control, help }) => field(label, control, help)),
          field("Written since", after),
          field("Written before", before),
        ),
      ),
    );
  }

  /** @param {string | null} cursor */
  async page(cursor) {
    const asked = Object.fromEntries(NAMES.map((name) => [name, this.place.query[name]]));
    /** @type {Item[]} */
    const items = [];
    let next = cursor;
    for (let turn = 0; turn < IN_A_ROW; turn += 1) {
      const found = await this.tools.api.get("v1/admin/comments", { ...asked, limit: PAGE, cursor: next });
      items.push(...found.comments.map(itemOf));
      next = found.next_cursor;
      if (items.length > 0 || !next) break;
    }
    return { items, next };
  }

  bindings() {
    return [...super.bindings(), { keys: "/", name: "Words to search for", run: () => this.#form.querySelector("input")?.focus() }];
  }
}

/**
 * What was found, as a row of a list takes it: nobody holds it, and it may wait nowhere.
 * @param {any} found
 * @returns {Item}
 */
function itemOf(found) {
  return { ...found, queue: found.queues[0] ?? "", waiting_since: "", claimed_by: null, claimed_by_name: null, claimed_until: null, ancestors: [] };
}
