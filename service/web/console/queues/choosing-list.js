/** A list of comments of which several are chosen and decided together for one reason: of a queue, or what a search found. */

import { fill, h } from "../../shared/element.js";
import { part } from "../frame/page.js";
import { commentHref } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { DecisionBar } from "../desk/decision-bar.js";
import { Rows } from "../parts/rows.js";
import { Chosen } from "./chosen.js";
import { itemRow } from "./item-row.js";
import { Together } from "./together.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../frame/place.js").Place} Place */
/** @typedef {{items: Item[], next: string | null}} Page */

export class ChoosingList extends Screen {
  #rows = new Rows();
  #chosen = new Chosen();
  #together;
  #bar;
  /** @protected @type {Place} */
  place = { view: "", path: [], query: {} };
  /** @type {Item[]} */
  #items = [];
  /** @type {string | null} */
  #next = null;
  #head = h("div.screen-head");
  #list = h("ul.item-rows", { "aria-label": "Comments" });
  #foot = h("div.row");
  /** What is said where nothing is listed. */
  none = "Nothing waits here.";

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("../desk/review-api.js").ReviewApi} review
   * @param {HTMLElement} filters what stands above the list
   */
  constructor(tools, review, filters) {
    super(tools);
    this.#together = new Together(tools, review, () => this.#decided());
    const barRoot = h("section.bar.together", { "aria-label": "Decide about the chosen ones", hidden: true });
    this.#bar = new DecisionBar(barRoot, {
      actions: () => (this.#chosen.size ? sharedActions(this.#picked()) : null),
      busy: () => this.#together.busy,
      decide: (choice) => this.#together.decide(this.#picked(), choice),
      limits: () => null,
      others: [{ id: "none", name: "Choose none", key: "z", run: () => this.#choose(() => this.#chosen.clear()) }],
    });
    fill(this.element, this.#head, filters, this.#list, this.#foot, barRoot);
  }

  /**
   * A page of what is listed.
   * @param {string | null} cursor
   * @returns {Promise<Page>}
   */
  page(cursor) {
    throw new Error(`Nothing is listed after ${cursor}.`);
  }

  /**
   * Begins a list anew.
   * @param {Place} place
   * @param {boolean} [listed] whether anything is looked for yet
   */
  async begin(place, listed = true) {
    this.turn();
    this.place = place;
    this.#items = [];
    this.#next = null;
    this.#chosen.clear();
    this.#together.forget();
    this.#rows.at = -1;
    fill(this.#head, h("h1", {}, this.title));
    fill(this.#list);
    fill(this.#foot, listed && h("p", {}, "Looking…"));
    this.#bar.renew();
    this.lead();
    if (listed) await this.#more(null);
  }

  /** @param {string | null} cursor */
  async #more(cursor) {
    const page = await this.ask(() => this.page(cursor), () => this.#more(cursor));
    if (!page) return;
    this.#items = [...this.#items, ...page.items];
    this.#next = page.next;
    this.#draw();
  }

  #draw() {
    const me = this.tools.person()?.id ?? "";
    const rows = this.#items.map((item) => itemRow(item, {
      me,
      chosen: this.#chosen.has(item.comment.id),
      outcome: this.#together.outcomes.get(item.comment.id) ?? null,
      choose: (range) => this.#toggle(item, range),
    }));
    const { activeElement } = document;
    const focused = this.#list.contains(activeElement);
    fill(this.#list, ...rows);
    this.#rows.set(rows);
    const current = this.#rows.current;
    if (focused) (activeElement instanceof HTMLInputElement ? current?.querySelector("input") : current)?.focus();
    const next = this.#next;
    fill(
      this.#foot,
      h("p", { role: "status" }, this.#items.length === 0 ? this.none : `${this.#items.length} shown${next ? ", there are more" : ""}${this.#chosen.size ? `, ${this.#chosen.size} chosen` : ""}.`),
      next && h("button", { onclick: () => this.#more(next), "aria-keyshortcuts": "m" }, "Show more ", h("kbd", { "aria-hidden": "true" }, "m")),
    );
  }

  #picked() {
    return this.#items.filter(({ comment }) => this.#chosen.has(comment.id));
  }

  /** @param {() => void} change */
  #choose(change) {
    const hadAny = this.#chosen.size > 0;
    change();
    this.#draw();
    if (hadAny !== this.#chosen.size > 0 || this.#chosen.size) this.#bar.renew();
    part("said", HTMLElement).textContent = `${this.#chosen.size} chosen`;
  }

  /**
   * @param {Item} item
   * @param {boolean} range all from the one chosen before to this one
   */
  #toggle(item, range) {
    const open = this.#items.filter(({ comment }) => !this.#together.isDone(comment.id)).map(({ comment }) => comment.id);
    this.#rows.at = this.#items.indexOf(item);
    this.#choose(() => (range ? this.#chosen.through(open, item.comment.id) : this.#chosen.toggle(open, item.comment.id)));
  }

  /** What was decided is not chosen any more; what failed stays so. */
  #decided() {
    for (const { comment } of this.#picked()) if (this.#together.isDone(comment.id)) this.#chosen.drop(comment.id);
    this.#bar.renew();
    this.#draw();
    this.#rows.current?.focus();
  }

  get #current() {
    return this.#items[this.#rows.at] ?? null;
  }

  /**
   * Where the current row leads.
   * @param {Item} item
   * @returns {string}
   */
  hrefOf(item) {
    return commentHref(item.comment.id);
  }

  #follow() {
    const item = this.#current;
    if (item) this.tools.goTo(this.hrefOf(item));
  }

  bindings() {
    const current = (/** @type {boolean} */ range) => this.#current && this.#toggle(this.#current, range);
    const all = () => this.#choose(() => this.#chosen.all(this.#items.filter(({ comment }) => !this.#together.isDone(comment.id)).map(({ comment }) => comment.id)));
    return [
      ...this.#bar.bindings(),
      ...this.#rows.bindings(),
      { keys: "x", name: "Choose, or not", run: () => current(false) },
      { keys: "shift+x", name: "Choose all from the last chosen to here", run: () => current(true) },
      { keys: "shift+a", name: "Choose all that are shown", run: all },
      { keys: "z", name: "Choose none", run: () => this.#choose(() => this.#chosen.clear()) },
      { keys: "enter", name: "Open", run: () => this.#follow() },
      { keys: "m", name: "Show more", run: () => this.#next && this.#more(this.#next) },
      { keys: "u", name: "Undo what was decided together last", run: () => this.#together.undo() },
    ];
  }
}

/**
 * What can be decided about every one of these.
 * @param {Item[]} items
 */
function sharedActions(items) {
  const [first, ...rest] = items;
  return (first?.decisions ?? []).filter((action) => action !== "feature" && rest.every(({ decisions }) => decisions.includes(action)));
}
