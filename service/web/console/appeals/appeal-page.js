/** One appeal: what its author says beside what they were told, and the ruling. */

import { fill, h } from "../../shared/element.js";
import { Problem } from "../../shared/api.js";
import { markedText, signalList } from "../evidence/signals.js";
import { commentHref, hrefOf, readerHref } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { part } from "../readers/record-parts.js";
import { ago, textOf } from "../words/comment-text.js";
import { againstWords, whyNot } from "./appeal-words.js";
import { rulingForm } from "./ruling-form.js";
import { statementOf } from "./statement.js";

/** @typedef {import("./appeal-types.js").Appeal} Appeal */

export class AppealPage extends Screen {
  /** @type {Appeal | null} */
  #appeal = null;
  #id = "";
  #busy = false;

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    this.#id = place.path[0] ?? "";
    this.#appeal = null;
    this.title = "An appeal";
    fill(this.element, h("h1", {}, "Reading the appeal…"));
    const appeal = await this.ask(() => this.#read(), () => this.open(place));
    if (!appeal) return;
    this.#draw(appeal);
    this.lead();
  }

  /**
   * The appeal, held for this moderator where they may rule on it.
   * @returns {Promise<Appeal>}
   */
  async #read() {
    const { api } = this.tools;
    const appeal = await api.get(`v1/admin/appeals/${encodeURIComponent(this.#id)}`);
    if (!appeal.may_rule) return appeal;
    const taken = await api.send("POST", "v1/admin/appeals/claims", { limit: 1, appeal_ids: [appeal.id] });
    return taken.appeals[0] ?? appeal;
  }

  /** @param {Appeal} appeal */
  #draw(appeal) {
    this.#appeal = appeal;
    const { comment, story, author, against, ruling } = appeal;
    this.title = `Appeal by ${author?.name ?? "a former reader"}`;
    const not = whyNot(appeal, this.tools.person()?.id ?? "");
    fill(
      this.element,
      h("h1", {}, this.title),
      h(
        "p.record-line",
        {},
        h("span", {}, againstWords(appeal)),
        ago(appeal.made_at, "appealed "),
        author && h("a", { href: readerHref(author.id) }, `${author.name}: record`),
        comment && h("a", { href: commentHref(comment.id) }, "The comment’s record"),
        appeal.claimed_by && appeal.claimed_by !== this.tools.person()?.id && h("span.holder", {}, `In the hands of ${appeal.claimed_by_name ?? appeal.claimed_by}`),
      ),
      h(
        "div.beside",
        {},
        part("What the author says", h("p.appeal-text", { dir: "auto" }, appeal.text)),
        part("What the author was told", statementOf(appeal.statement)),
      ),
      comment && part(story ? `The comment, on “${story.title}”` : "The comment", h("div.subject-text", {}, textOf(comment)), comment.body !== null && h("details", {}, h("summary", {}, "As written"), markedText(comment.body, appeal.signals))),
      appeal.signals.length > 0 && part("Signals", signalList(appeal.signals)),
      part(
        "The first decision",
        h("p", {}, `${against.decided_by_name ?? against.decided_by ?? "A rule"}, `, ago(against.decided_at), against.over && ", not in force any more"),
        against.note && h("p.note", { dir: "auto" }, against.note),
      ),
      ruling && part("The ruling", h("p", {}, h("strong", {}, ruling.outcome === "reversed" ? "Reversed" : "The decision stands"), `, by ${ruling.ruled_by_name ?? ruling.ruled_by}, `, ago(ruling.ruled_at)), h("p.note", { dir: "auto" }, ruling.reason)),
      not && h("p.notice.plain", {}, not),
      appeal.may_rule && rulingForm((outcome, reason) => this.#rule(outcome, reason)),
    );
  }

  /**
   * @param {"upheld" | "reversed"} outcome
   * @param {string} reason
   */
  async #rule(outcome, reason) {
    const appeal = this.#appeal;
    if (!appeal || this.#busy) return;
    this.#busy = true;
    const path = `v1/admin/appeals/${encodeURIComponent(appeal.id)}/ruling`;
    try {
      const ruled = await this.tools.api.send("POST", path, { outcome, reason });
      this.tools.notices.show({ tone: "good", text: outcome === "reversed" ? "Reversed. The author is told why." : "The decision stands. The author is told why." });
      this.tools.decided();
      this.#draw(ruled);
      this.lead();
    } catch (error) {
      if (error instanceof Problem && error.slug === "already-ruled") {
        this.tools.notices.show({ tone: "warn", text: "Someone else has ruled on it meanwhile, or it was withdrawn. This is how it is now." });
        return this.open({ view: "appeals", path: [appeal.id], query: {} });
      }
      this.tools.notices.fail({ error, retry: () => this.#rule(outcome, reason) });
    } finally {
      this.#busy = false;
    }
  }

  async #next() {
    const appeal = this.#appeal;
    if (appeal?.may_rule && appeal.claimed_by === this.tools.person()?.id) {
      const path = `v1/admin/appeals/${encodeURIComponent(appeal.id)}/claim`;
      await this.ask(() => this.tools.api.send("DELETE", path), () => this.#next());
    }
    this.tools.goTo(hrefOf(["appeals"]));
  }

  /** @param {"upheld" | "reversed"} outcome */
  #choose(outcome) {
    const choice = this.element.querySelector(`input[value="${outcome}"]`);
    if (!(choice instanceof HTMLInputElement)) return;
    choice.checked = true;
    this.element.querySelector("textarea")?.focus();
  }

  bindings() {
    const open = this.#appeal?.may_rule ?? false;
    return [
      ...(open ? [
        { keys: "d", name: "The decision stands", run: () => this.#choose("upheld") },
        { keys: "v", name: "Reverse it", run: () => this.#choose("reversed") },
      ] : []),
      { keys: "n", name: "Give it back, to the list", run: () => this.#next() },
    ];
  }
}
