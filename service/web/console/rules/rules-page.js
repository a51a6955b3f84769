/** The rules of screening: changed as a form, tried before, confirmed by a second admin where they hit many, taken back. */

import { Problem } from "../../shared/api.js";
import { fill, h } from "../../shared/element.js";
import { Screen } from "../frame/screen.js";
import { field, input } from "../parts/form.js";
import { RulesForm } from "./rules-form.js";
import { RulesRecord } from "./rules-record.js";
import { previewOf, versionWords } from "./rules-words.js";

const NOTE_MAX = 2000;

export class RulesPage extends Screen {
  #form = new RulesForm();
  #record;
  #inForce = h("p.help");
  #trouble = h("p.trouble", { role: "alert" });
  #preview = h("div");
  #note = input("", { maxLength: NOTE_MAX });
  #version = 0;

  /** @param {import("../frame/screen.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.title = "Rules";
    this.#record = new RulesRecord(tools, (work, done) => this.#change(work, done));
    // The rules hold on every site; whoever works on some of them reads only.
    const everywhere = tools.person()?.sites == null;
    const send = everywhere ? h(
      "form.record-part",
      { onsubmit: (/** @type {Event} */ event) => this.#send(event) },
      h("h2", {}, "Put the change in force"),
      this.#trouble,
      field("Why", this.#note, "For the record."),
      h(
        "div.row",
        {},
        h("button", { type: "button", onclick: () => this.#try(), "aria-keyshortcuts": "p" }, "Try it first ", h("kbd", { "aria-hidden": "true" }, "p")),
        h("button.primary", { type: "submit" }, "Put in force"),
      ),
    ) : h("p.notice.plain", {}, "The rules hold on every site. An admin of all sites changes them.");
    fill(this.element, h("h1", {}, "Rules of screening"), this.#inForce, this.#record.proposals, this.#form.element, send, this.#preview, this.#record.element);
  }

  async open() {
    this.turn();
    fill(this.#preview);
    this.#trouble.textContent = "";
    const rules = await this.ask(() => this.tools.api.get("v1/admin/rules"), () => this.open());
    if (!rules) return;
    this.#show(rules);
    this.lead();
  }

  /** @param {any} inForce */
  #show(inForce) {
    this.#version = inForce.version;
    this.#inForce.textContent = `In force: ${versionWords(inForce)}`;
    this.#form.show(inForce.rules);
    this.#note.value = "";
    this.#record.show(inForce);
  }

  async #try() {
    this.#trouble.textContent = "";
    fill(this.#preview, h("p", { role: "status" }, "Screening the last comments anew…"));
    try {
      const found = await this.tools.api.send("POST", "v1/admin/rules/preview", { rules: this.#form.read() });
      fill(this.#preview, previewOf(found));
      this.#preview.querySelector("h2")?.focus();
    } catch (error) {
      fill(this.#preview);
      this.#refused(error, () => this.#try());
    }
  }

  /** @param {Event} event */
  #send(event) {
    event.preventDefault();
    const body = { rules: this.#form.read(), seen_version: this.#version, note: this.#note.value.trim() || null };
    this.#change(() => this.tools.api.send("PUT", "v1/admin/rules", body), "The rules are in force");
  }

  /**
   * @param {() => Promise<any>} work brings the rules in force, or a proposal that waits
   * @param {string} done
   */
  async #change(work, done) {
    this.#trouble.textContent = "";
    try {
      const made = await work();
      const waits = typeof made?.state === "string";
      const text = waits && made.state === "open" ? "The change hits so many comments that another admin has to confirm it." : `${done}.`;
      this.tools.notices.show({ tone: waits && made.state === "open" ? "warn" : "good", text });
      const rules = waits ? await this.tools.api.get("v1/admin/rules") : made;
      fill(this.#preview);
      this.#show(rules);
      this.lead();
    } catch (error) {
      this.#refused(error, () => this.#change(work, done));
    }
  }

  /**
   * @param {unknown} error
   * @param {() => void} retry
   */
  #refused(error, retry) {
    if (!(error instanceof Problem)) throw error;
    if (error.slug === "invalid-request") {
      const errors = error.members.errors ?? [];
      this.#trouble.textContent = errors.map((/** @type {any} */ { field: where, message }) => `${where}: ${message}`).join("; ") || error.message;
    } else if (error.slug === "rules-changed") {
      this.#trouble.textContent = "The rules were changed meanwhile. Open this page again to see them; what you wrote stays here until then.";
    } else {
      return this.tools.notices.fail({ error, retry });
    }
    this.#trouble.scrollIntoView({ block: "center" });
  }

  bindings() {
    return [
      { keys: "p", name: "Try the change first", run: () => this.#try() },
      { keys: "w", name: "Why, before it is put in force", run: () => this.#note.focus() },
    ];
  }
}
