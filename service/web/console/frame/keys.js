/**
 * Shortcuts of one key, or of two in a row ("g h"). They rest while someone types or a dialog is open, and can be
 * switched off, as speech input and some screen readers need (WCAG 2.1.4).
 */

/** A second key counts when it follows this soon. */
const CHORD_MS = 1500;

/**
 * @typedef {object} Binding
 * @property {string} keys "a", "?", "shift+x" or "g h"
 * @property {() => void} run
 * @property {() => boolean} [when] when it is open; always, if not given
 */

export class Keys {
  on = true;
  /** @type {() => Binding[]} */
  #bindings;
  /** @type {string | null} */
  #first = null;
  #firstAt = 0;

  /**
   * @param {EventTarget} target whose key presses count
   * @param {() => Binding[]} bindings the first that fits is run
   */
  constructor(target, bindings) {
    this.#bindings = bindings;
    target.addEventListener("keydown", (event) => this.#press(/** @type {KeyboardEvent} */ (event)));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.on || event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const key = keyOf(event);
    // What Enter does to a link or a button is theirs.
    if (key === "enter" && event.target instanceof Element && event.target.closest("a, button, summary")) return;
    const first = event.timeStamp - this.#firstAt < CHORD_MS ? this.#first : null;
    this.#first = null;
    const open = this.#bindings().filter((binding) => binding.when?.() ?? true);
    const found = (first && open.find(({ keys }) => keys === `${first} ${key}`)) || open.find(({ keys }) => keys === key);
    if (found) {
      event.preventDefault();
      found.run();
    } else if (open.some(({ keys }) => keys.startsWith(`${key} `))) {
      this.#first = key;
      this.#firstAt = event.timeStamp;
    }
  }
}

/**
 * The key as bindings write it. Where the layout writes another script, the key's place on the keyboard counts.
 * @param {KeyboardEvent} event
 */
function keyOf(event) {
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const ascii = event.key.length === 1 && event.key.charCodeAt(0) < 128;
  const key = event.key.length === 1 && !ascii && letter ? letter.toLowerCase() : event.key.toLowerCase();
  return event.shiftKey && /^([a-z]|arrow\w+)$/.test(key) ? `shift+${key}` : key;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
