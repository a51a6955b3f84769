/** What waits for a second admin, what rules that are only tried noted, and the versions there were. */

import { fill, h } from "../../shared/element.js";
import { nameOf } from "../words/names.js";
import { full } from "../words/times.js";
import { changesOf, percent, versionWords } from "./rules-words.js";

/** @typedef {(work: () => Promise<any>, done: string) => void} Change */

export class RulesRecord {
  #tools;
  #change;
  proposals = h("div.proposals");
  #shadow = h("div");
  #history = h("div");
  element = h(
    "div.rules-record",
    {},
    h("section.record-part", {}, h("h2", {}, "Rules that are only tried"), this.#shadow),
    h("section.record-part", {}, h("h2", {}, "Versions"), this.#history),
  );

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {Change} change
   */
  constructor(tools, change) {
    this.#tools = tools;
    this.#change = change;
  }

  /** @param {any} inForce */
  show(inForce) {
    fill(this.proposals, ...inForce.proposals.map((/** @type {any} */ proposal) => this.#proposal(proposal)));
    this.#read(this.#shadow, async () => shadowOf((await this.#tools.api.get("v1/admin/rules/shadow")).parts));
    this.#read(this.#history, async () => this.#versions((await this.#tools.api.get("v1/admin/rules/history", { limit: "20" })).versions, inForce.version));
  }

  /**
   * @param {HTMLElement} root
   * @param {() => Promise<HTMLElement>} work
   */
  async #read(root, work) {
    try {
      fill(root, await work());
    } catch (error) {
      this.#tools.notices.fail({ error, retry: () => this.#read(root, work) });
    }
  }

  /** @param {any} proposal */
  #proposal({ id, proposed_by: by, proposed_at: at, note, impact }) {
    const path = `v1/admin/rules/proposals/${encodeURIComponent(id)}`;
    const own = by === this.#tools.person()?.id;
    const changes = h("div");
    return h(
      "section.record-part.proposal",
      { "aria-label": "A change that waits" },
      h("h2", {}, "A change waits for another admin"),
      h("p", {}, `By ${by}, ${full(at)}${note ? `: ${note}` : ""}. It would hit ${impact.hit} of ${impact.sampled} comments (${percent(impact.share)}).`),
      own && h("p.help", {}, "It is your own: another admin confirms it."),
      changes,
      h(
        "div.row",
        {},
        h("button", { onclick: () => this.#read(changes, async () => changesOf((await this.#tools.api.get(path)).changes)) }, "What it changes"),
        !own && h("button.primary", { onclick: () => this.#change(() => this.#tools.api.send("POST", `${path}/confirm`), "The change is in force") }, "Confirm it"),
        h("button", { onclick: () => this.#change(() => this.#tools.api.send("POST", `${path}/reject`), own ? "Withdrawn" : "Rejected") }, own ? "Withdraw it" : "Reject it"),
      ),
    );
  }

  /**
   * @param {any[]} versions
   * @param {number} current
   */
  #versions(versions, current) {
    if (versions.length === 0) return h("p.none", {}, "The defaults have been in force all along.");
    const defaults = { version: 0, made_by: null, made_at: null, note: null, restores: null, confirmed_by: null };
    return h("ul.lines", {}, ...[...versions, defaults].map((version) => {
      const changes = h("div");
      const path = `v1/admin/rules/history/${version.version}`;
      const back = { version: version.version, seen_version: current };
      return h(
        "li",
        {},
        h("p", {}, versionWords(version), version.version === current && h("strong", {}, " (in force)")),
        changes,
        h(
          "div.row",
          {},
          version.version > 0 && h("button.quiet", { onclick: () => this.#read(changes, async () => changesOf((await this.#tools.api.get(path)).changes)), "aria-label": `What it changed: version ${version.version}` }, "What it changed"),
          version.version !== current && h("button.quiet", {
            "aria-label": `Put in force again: version ${version.version}`,
            onclick: () => this.#change(() => this.#tools.api.send("POST", "v1/admin/rules/rollback", back), `Version ${version.version} is in force again`),
          }, "Put in force again"),
        ),
      );
    }));
  }
}

/** @param {any[]} parts */
function shadowOf(parts) {
  if (parts.length === 0) return h("p.none", {}, "None, or they noted nothing.");
  const columns = ["Check", "Would", "Comments", "Published", "Held", "Rejected"];
  return h(
    "div.table-scroll",
    { tabIndex: 0, role: "region", "aria-label": "Rules that are only tried" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...parts.map(({ check, list, would, comments, published, held, rejected }) => h(
        "tr",
        {},
        h("th", { scope: "row" }, `${nameOf(check)}${list ? `, ${list}` : ""}`),
        h("td", {}, nameOf(would)),
        ...[comments, published, held, rejected].map((count) => h("td.number", {}, count.toLocaleString())),
      ))),
    ),
  );
}
