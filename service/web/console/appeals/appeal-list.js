/** Appeals that wait, or were ruled on; those against one's own decisions cannot be ruled on by oneself. */

import { fill, h } from "../../shared/element.js";
import { hrefOf } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { select } from "../parts/form.js";
import { Rows } from "../parts/rows.js";
import { ago } from "../words/comment-text.js";
import { excerpt } from "../words/names.js";
import { againstWords, whyNot } from "./appeal-words.js";

/** @typedef {import("./appeal-types.js").Appeal} Appeal */

const PAGE = "50";
/** @type {[string, string][]} */
const STATUSES = [["open", "Waiting"], ["upheld", "Decision stands"], ["reversed", "Reversed"], ["withdrawn", "Withdrawn"]];
/** @type {[string, string][]} */
const KINDS = [["", "Comments and readers"], ["comment", "Rejected comments"], ["sanction", "Limits on readers"]];

export class AppealList extends Screen {
  #rows = new Rows();
  #list = h("ul.item-rows", { "aria-label": "Appeals" });
  #head = h("div.screen-head");
  #foot = h("div.row");
  /** @type {Appeal[]} */
  #appeals = [];
  /** @type {Record<string, string>} */
  #query = {};

  /** @param {import("../frame/screen.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.title = "Appeals";
    fill(this.element, this.#head, this.#list, this.#foot);
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    this.#query = place.query;
    this.#appeals = [];
    const chosen = (/** @type {string} */ name, /** @type {[string, string][]} */ options, /** @type {string} */ label, start = "") => {
      const control = select(options, this.#query[name] ?? start, {
        "aria-label": label,
        onchange: () => this.tools.goTo(hrefOf(["appeals"], { ...this.#query, [name]: control.value })),
      });
      return control;
    };
    fill(
      this.#head,
      h("h1", {}, "Appeals"),
      h(
        "div.filter-line",
        {},
        chosen("status", STATUSES, "Status", "open"),
        chosen("kind", KINDS, "Against what"),
        h("button.primary", { onclick: () => this.#next(), "aria-keyshortcuts": "n" }, "Take the next ", h("kbd", { "aria-hidden": "true" }, "n")),
      ),
    );
    fill(this.#list);
    fill(this.#foot, h("p", {}, "Looking…"));
    this.lead();
    await this.#more(null);
  }

  /** @param {string | null} cursor */
  async #more(cursor) {
    const { status, kind, author, site } = this.#query;
    const asked = { status, kind, author, site, limit: PAGE, cursor };
    const page = await this.ask(() => this.tools.api.get("v1/admin/appeals", asked), () => this.#more(cursor));
    if (!page) return;
    this.#appeals = [...this.#appeals, ...page.appeals];
    const rows = this.#appeals.map((appeal) => row(appeal, this.tools.person()?.id ?? ""));
    fill(this.#list, ...rows);
    this.#rows.set(rows);
    const next = page.next_cursor;
    fill(
      this.#foot,
      h("p", { role: "status" }, this.#appeals.length ? `${this.#appeals.length} shown.` : "No appeal here."),
      next && h("button", { onclick: () => this.#more(next) }, "Show more"),
    );
  }

  async #next() {
    const { kind, site } = this.#query;
    const take = () => this.tools.api.send("POST", "v1/admin/appeals/claims", { limit: 1, ...(kind && { kind }), ...(site && { site }) });
    const taken = await this.ask(take, () => this.#next());
    if (!taken) return;
    const [first] = taken.appeals;
    if (first) this.tools.goTo(hrefOf(["appeals", first.id]));
    else this.tools.notices.show({ tone: "plain", text: "No appeal is free for you: others have them, or they are against your own decisions." });
  }

  bindings() {
    const follow = () => {
      const appeal = this.#appeals[this.#rows.at];
      if (appeal) this.tools.goTo(hrefOf(["appeals", appeal.id]));
    };
    return [
      ...this.#rows.bindings(),
      { keys: "enter", name: "Open", run: follow },
      { keys: "n", name: "Take the next that you may rule on", run: () => this.#next() },
    ];
  }
}

/**
 * @param {Appeal} appeal
 * @param {string} me
 */
function row(appeal, me) {
  const not = whyNot(appeal, me);
  return h(
    "li",
    { className: `item-row appeal-row${not ? " barred" : ""}` },
    h(
      "div.item-main",
      {},
      h("p.item-text", { dir: "auto" }, h("a", { href: hrefOf(["appeals", appeal.id]) }, excerpt(appeal.text, 200))),
      h(
        "p.item-facts",
        {},
        h("span", {}, appeal.author?.name ?? "a former reader"),
        h("span", {}, againstWords(appeal)),
        ago(appeal.made_at, "appealed "),
        appeal.claimed_by && h("span.holder", {}, appeal.claimed_by === me ? "In your hands" : `In the hands of ${appeal.claimed_by_name ?? appeal.claimed_by}`),
      ),
      not && h("p.help", {}, not),
    ),
  );
}
