/**
 * The buttons of decisions, about the comment in hand or about several together. What an action has to ask first (a
 * reason, a note) unfolds above them; there a number decides at once, with whatever note and limit are written.
 */

import { fill, h } from "../../shared/element.js";
import { SanctionFields } from "../sanctions/sanction-fields.js";
import { actionsOf } from "../words/actions.js";
import { REASONS, nameOf } from "../words/names.js";
import { button, moveAmong } from "./bar-parts.js";

/** @typedef {import("../words/actions.js").Action} Action */
/** @typedef {import("../words/types.js").Choice} Choice */
/** @typedef {import("../frame/keys.js").Binding & {name: string}} NamedBinding */

/**
 * @typedef {object} Decided what is decided about
 * @property {() => string[] | null} actions those that are open; null while there is nothing to decide about
 * @property {() => boolean} busy
 * @property {(choice: Choice) => void} decide
 * @property {() => {site: string, everywhere: boolean} | null} limits where its author may be limited; null for not at all
 * @property {{id: string, name: string, key: string, run: () => void}[]} others further buttons
 */

/** As many characters as the service keeps. */
const NOTE_MAX = 2000;

export class DecisionBar {
  #root;
  #of;
  /** @type {Action[]} */
  #actions = [];
  /** @type {Action | null} whose question is open */
  #asking = null;
  /** @type {SanctionFields | null} */
  #sanction = null;
  #questions = h("div.questions", { hidden: true });
  #buttons = h("div.buttons");
  #note = h("textarea", { id: "note", rows: 2, maxLength: NOTE_MAX, "aria-describedby": "note-help" });

  /**
   * @param {HTMLElement} root
   * @param {Decided} of
   */
  constructor(root, of) {
    this.#root = root;
    this.#of = of;
    root.append(this.#questions, this.#buttons);
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#asking) return;
      event.preventDefault();
      this.#escape();
    });
    this.#note.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.#asking?.asks === "note") this.#send();
    });
  }

  /** It is about something else: its own buttons, and nothing of what was written about the last. */
  renew() {
    const actions = this.#of.actions();
    this.#root.hidden = actions === null;
    this.#actions = actions ? actionsOf(actions) : [];
    this.#note.value = "";
    this.#close(false);
    this.#drawButtons();
  }

  /** Something else changed: whether there is a decision under way, or one to take back. */
  update() {
    this.#drawButtons();
  }

  /** @returns {NamedBinding[]} the keys that are open now */
  bindings() {
    if (this.#root.hidden) return [];
    const asking = this.#asking;
    const reasons = asking?.asks === "reason" ? REASONS : [];
    return [
      ...reasons.map(({ id, name }, index) => ({ keys: String(index + 1), name, run: () => this.#send(id) })),
      ...(asking ? [{ keys: "w", name: "Write a note", run: () => this.#note.focus() }] : []),
      ...(asking && this.#sanction ? [{ keys: "l", name: "Limit the author too", run: () => this.#unfold() }] : []),
      ...(asking ? [{ keys: "escape", name: "Cancel", run: () => this.#escape() }] : []),
      ...this.#actions.flatMap((action) => (action.key ? [{ keys: action.key, name: action.name, run: () => this.#press(action) }] : [])),
      ...this.#of.others.map(({ key, name, run }) => ({ keys: key, name, run })),
    ];
  }

  /** @param {Action} action */
  #press(action) {
    if (this.#of.busy()) return;
    if (this.#asking?.id === action.id) this.#close(true);
    else if (action.asks) this.#ask(action);
    else this.#of.decide({ action: action.id });
  }

  /** @param {Action} action */
  #ask(action) {
    this.#asking = action;
    const limits = this.#of.limits();
    this.#sanction = limits && new SanctionFields({ optional: true, ...limits });
    const reasons = REASONS.map(({ id, name }, index) => h(
      "button.reason-button",
      { onclick: () => this.#send(id), "aria-keyshortcuts": String(index + 1) },
      h("kbd", { "aria-hidden": "true" }, index + 1),
      name,
    ));
    const byReason = action.asks === "reason";
    fill(
      this.#questions,
      h(
        "div.question-head",
        {},
        h("h2", { id: "asked" }, byReason ? `${action.name}: why?` : action.name),
        h("button.quiet", { onclick: () => this.#close(true) }, "Cancel ", h("kbd", { "aria-hidden": "true" }, "Esc")),
      ),
      byReason && h("div.reason-buttons", { role: "group", "aria-labelledby": "asked", onkeydown: moveAmong }, ...reasons),
      h("label", { htmlFor: "note" }, "Note ", h("span.help", { id: "note-help" }, `optional, ${action.noteIs ?? "kept with the decision"}`)),
      this.#note,
      this.#sanction && h(
        "details.limit",
        {},
        h("summary", {}, "Limit the author too ", h("kbd", { "aria-hidden": "true" }, "l")),
        this.#sanction.element,
      ),
      !byReason && h("div.row", {}, h("button.primary", { onclick: () => this.#send() }, action.name)),
    );
    this.#questions.hidden = false;
    this.#drawButtons();
    (byReason ? reasons[0] : this.#note).focus();
  }

  #unfold() {
    const limit = this.#questions.querySelector("details");
    if (!limit) return;
    limit.open = true;
    this.#sanction?.focus();
  }

  /** @param {string} [reason] */
  #send(reason) {
    if (!this.#asking) return;
    const note = this.#note.value.trim();
    const sanction = this.#sanction?.value(reason ? nameOf(reason) : "");
    if (sanction === undefined && this.#sanction) return; // Something is missing, and the fields say what.
    // The question stays open until there is an answer: a failed try keeps the note.
    this.#of.decide({ action: this.#asking.id, ...(reason && { reason }), ...(note && { note }), ...(sanction && { sanction }) });
  }

  /** From what is written back to the reasons; from there, out. */
  #escape() {
    const first = /** @type {HTMLElement | null} */ (this.#questions.querySelector(".reason-button"));
    if (document.activeElement?.closest("textarea, input, select") && first) first.focus();
    else this.#close(true);
  }

  /** @param {boolean} focus to the button that had opened the question */
  #close(focus) {
    const was = this.#asking;
    this.#asking = null;
    this.#sanction = null;
    this.#questions.hidden = true;
    fill(this.#questions);
    this.#drawButtons();
    if (focus && was) this.#button(was.id)?.focus();
  }

  #drawButtons() {
    const focused = this.#buttons.contains(document.activeElement) ? document.activeElement?.getAttribute("data-action") : null;
    // Not `disabled`: that would throw the focus out of the bar in the middle of a decision.
    this.#root.setAttribute("aria-disabled", String(this.#of.busy()));
    fill(
      this.#buttons,
      ...this.#actions.map((action) => {
        const made = button(action, () => this.#press(action));
        if (action.asks) made.setAttribute("aria-expanded", String(this.#asking?.id === action.id));
        return made;
      }),
      ...this.#of.others.map((other) => button(other, other.run)),
    );
    if (focused) this.#button(focused)?.focus();
  }

  /** @param {string} id */
  #button(id) {
    return [...this.#buttons.querySelectorAll("button")].find((made) => made.dataset.action === id);
  }
}
