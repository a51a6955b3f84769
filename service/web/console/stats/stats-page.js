/** Statistics of a time, and the figures of a month's transparency report to be saved as a file. */

import { fill, h } from "../../shared/element.js";
import { hrefOf } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { field, input } from "../parts/form.js";
import { part } from "../readers/record-parts.js";
import { figuresOf } from "./figures.js";
import { csvOf, save } from "./saving.js";

const DAY_MS = 24 * 3600 * 1000;

export class StatsPage extends Screen {
  #form = h("form.filter-form");
  #body = h("div.stats-body");

  /** @param {import("../frame/screen.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.title = "Statistics";
    fill(this.element, h("h1", {}, "Statistics"), this.#form, this.#body, this.#transparency());
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    const { from, to, site } = place.query;
    this.#drawForm(place.query);
    this.lead();
    const stats = await this.ask(() => this.tools.api.get("v1/admin/stats", { from, to, site }), () => this.open(place));
    if (stats) fill(this.#body, ...figuresOf(stats));
  }

  /** @param {Record<string, string>} query */
  #drawForm(query) {
    const today = Date.now();
    const day = (/** @type {number} */ back) => new Date(today - back * DAY_MS).toISOString().slice(0, 10);
    const from = input(query.from ?? day(29), { type: "date" });
    const to = input(query.to ?? day(0), { type: "date" });
    const site = input(query.site ?? "", { maxLength: 100 });
    this.#form.onsubmit = (event) => {
      event.preventDefault();
      this.tools.goTo(hrefOf(["stats"], { from: from.value, to: to.value, site: site.value.trim() }));
    };
    const last = (/** @type {number} */ days) => h("a", { href: hrefOf(["stats"], { from: day(days - 1), to: day(0), site: query.site }) }, `Last ${days} days`);
    fill(
      this.#form,
      h("div.field-grid", {}, field("From", from), field("To", to), field("Site", site, "Empty: all of yours.")),
      h("div.row", {}, h("button.primary", { type: "submit" }, "Show"), last(7), last(30), last(90), last(365)),
    );
  }

  #transparency() {
    const lastMonth = new Date();
    lastMonth.setUTCDate(0); // The last day of the month before this one.
    const month = input(lastMonth.toISOString().slice(0, 7), { type: "month", required: true, pattern: "\\d{4}-\\d{2}" });
    const site = input("", { maxLength: 100 });
    const told = h("p.told", { role: "status" });
    const form = h(
      "form",
      {},
      h("div.field-grid", {}, field("Month", month, "Such as 2026-10."), field("Site", site, "Empty: all of yours.")),
      told,
      h(
        "div.row",
        {},
        h("button", { type: "submit", value: "csv" }, "Save as CSV"),
        h("button", { type: "submit", value: "json" }, "Save as JSON"),
      ),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const kind = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value ?? "csv";
      const asked = { month: month.value, site: site.value.trim() };
      const found = await this.ask(() => this.tools.api.get("v1/admin/stats/transparency", asked), () => form.requestSubmit());
      if (!found) return;
      const name = `transparency-${found.month}`;
      if (kind === "json") save(`${name}.json`, "application/json", JSON.stringify(found, null, 1));
      else save(`${name}.csv`, "text/csv", csvOf(["section", "measure", "key", "value"], found.rows));
      told.textContent = `${name}.${kind} was saved.${found.complete ? "" : " The month is not over yet."}`;
    });
    return part("Transparency report", h("p.help", {}, "A month’s figures, for publication."), form);
  }
}
