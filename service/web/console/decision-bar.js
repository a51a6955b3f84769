/**
 * The buttons under the comment in hand. What an action has to ask first (a reason, a note) unfolds above them; there a
 * number decides at once, with whatever note is written.
 */

import { fill, h } from "../shared/element.js";
import { actionsOf } from "./actions.js";
import { REASONS } from "./names.js";

/** @typedef {import("./actions.js").Action} Action */
/** @typedef {import("./types.js").Choice} Choice */
/** @typedef {import("./keys.js").Binding & {name: string}} NamedBinding */

/** As many characters as the service keeps. */
const NOTE_MAX = 2000;

const SKIP = { id: "next", name: "Skip", key: "n", tone: "plain" };

export class DecisionBar {
  #root;
  #desk;
  /** @type {Action[]} */
  #actions = [];
  /** @type {Action | null} whose question is open */
  #asking = null;
  #questions = h("div.questions", { hidden: true });
  #buttons = h("div.buttons");
  #note = h("textarea", { id: "note", rows: 2, maxLength: NOTE_MAX, "aria-describedby": "note-help" });

  /**
   * @param {HTMLElement} root
   * @param {import("./desk.js").Desk} desk
   */
  constructor(root, desk) {
    this.#root = root;
    this.#desk = desk;
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

  /** The item is another one: its own buttons, and nothing of what was written about the last. */
  renew() {
    const item = this.#desk.item;
    this.#root.hidden = item === null;
    this.#actions = item ? actionsOf(item.decisions) : [];
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
    const asking = this.#asking;
    const reasons = asking?.asks === "reason" ? REASONS : [];
    return [
      ...reasons.map(({ id, name }, index) => ({ keys: String(index + 1), name, run: () => this.#send(id) })),
      ...(asking ? [{ keys: "w", name: "Write a note", run: () => this.#note.focus() }] : []),
      ...(asking ? [{ keys: "escape", name: "Cancel", run: () => this.#escape() }] : []),
      ...this.#actions.flatMap((action) => (action.key ? [{ keys: action.key, name: action.name, run: () => this.#press(action) }] : [])),
    ];
  }

  /** @param {Action} action */
  #press(action) {
    if (this.#desk.busy) return;
    if (this.#asking?.id === action.id) this.#close(true);
    else if (action.asks) this.#ask(action);
    else this.#desk.decide({ action: action.id });
  }

  /** @param {Action} action */
  #ask(action) {
    this.#asking = action;
    const reasons = REASONS.map(({ id, name }, index) => h(
      "button.reason-button",
      { type: "button", onclick: () => this.#send(id), "aria-keyshortcuts": String(index + 1) },
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
        h("button.quiet", { type: "button", onclick: () => this.#close(true) }, "Cancel ", h("kbd", { "aria-hidden": "true" }, "Esc")),
      ),
      byReason && h("div.reason-buttons", { role: "group", "aria-labelledby": "asked", onkeydown: moveAmong }, ...reasons),
      h("label", { htmlFor: "note" }, "Note ", h("span.help", { id: "note-help" }, `optional, ${action.noteIs ?? "kept with the decision"}`)),
      this.#note,
      !byReason && h("div.row", {}, h("button.primary", { type: "button", onclick: () => this.#send() }, action.name)),
    );
    this.#questions.hidden = false;
    this.#drawButtons();
    (byReason ? reasons[0] : this.#note).focus();
  }

  /** @param {string} [reason] */
  #send(reason) {
    if (!this.#asking) return;
    const note = this.#note.value.trim();
    // The question stays open until there is an answer: a failed try keeps the note.
    this.#desk.decide({ action: this.#asking.id, ...(reason && { reason }), ...(note && { note }) });
  }

  /** From the note back to the reasons; from there, out. */
  #escape() {
    const first = /** @type {HTMLElement | null} */ (this.#questions.querySelector(".reason-button"));
    if (document.activeElement === this.#note && first) first.focus();
    else this.#close(true);
  }

  /** @param {boolean} focus to the button that had opened the question */
  #close(focus) {
    const was = this.#asking;
    this.#asking = null;
    this.#questions.hidden = true;
    this.#drawButtons();
    if (focus && was) this.#button(was.id)?.focus();
  }

  #drawButtons() {
    const focused = this.#buttons.contains(document.activeElement) ? document.activeElement?.getAttribute("data-action") : null;
    const { busy } = this.#desk;
    // Not `disabled`: that would throw the focus out of the bar in the middle of a decision.
    this.#root.setAttribute("aria-disabled", String(busy));
    fill(
      this.#buttons,
      ...this.#actions.map((action) => {
        const made = button(action, () => this.#press(action));
        if (action.asks) made.setAttribute("aria-expanded", String(this.#asking?.id === action.id));
        return made;
      }),
      button(SKIP, () => this.#desk.next()),
    );
    if (focused) this.#button(focused)?.focus();
  }

  /** @param {string} id */
  #button(id) {
    return [...this.#buttons.querySelectorAll("button")].find((made) => made.dataset.action === id);
  }
}

/**
 * @param {{id: string, name: string, key?: string, tone?: string}} action
 * @param {() => void} onclick
 */
function button({ id, name, key, tone = "plain" }, onclick) {
  return h(
    "button",
    { type: "button", className: `act ${tone}`, "data-action": id, "aria-keyshortcuts": key ?? null, onclick },
    name,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );
}

/**
 * Arrow keys walk through a group of buttons.
 * @param {KeyboardEvent} event
 */
function moveAmong(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...group.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
}
