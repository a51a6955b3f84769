/** A button of the bar with its key, and walking among buttons by arrow keys. */

import { h } from "../../shared/element.js";

/**
 * @param {{id: string, name: string, key?: string, tone?: string}} action
 * @param {() => void} onclick
 */
export function button({ id, name, key, tone = "plain" }, onclick) {
  return h(
    "button",
    { className: `act ${tone}`, "data-action": id, "aria-keyshortcuts": key?.replace("shift+", "Shift+") ?? null, onclick },
    name,
    key && h("kbd", { "aria-hidden": "true" }, key.replace("shift+", "⇧ ")),
  );
}

/**
 * Arrow keys walk through a group of buttons.
 * @param {KeyboardEvent} event
 */
export function moveAmong(event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...group.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  if (!step || at < 0) return;
  event.preventDefault();
  buttons[(at + step + buttons.length) % buttons.length].focus();
}
