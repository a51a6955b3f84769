/** Small parts of forms: every control with its name, and what it means beside it. */

import { h } from "../../shared/element.js";

let made = 0;

/**
 * A control under its name.
 * @template {HTMLElement} Control
 * @param {string} name
 * @param {Control} control
 * @param {string} [help]
 * @returns {HTMLElement}
 */
export function field(name, control, help) {
  const id = control.id || `field-${(made += 1)}`;
  control.id = id;
  if (help) control.setAttribute("aria-describedby", `${id}-help`);
  return h(
    "div.field",
    {},
    h("label", { htmlFor: id }, name),
    control,
    help && h("p.help", { id: `${id}-help` }, help),
  );
}

/**
 * @param {[string, string][]} options value and name
 * @param {string} [value]
 * @param {Record<string, any>} [props]
 */
export function select(options, value = "", props = {}) {
  const control = h("select", props, ...options.map(([id, name]) => h("option", { value: id }, name)));
  control.value = value;
  return control;
}

/**
 * @param {string} [value]
 * @param {Record<string, any>} [props]
 */
export function input(value = "", props = {}) {
  return h("input", { type: "text", autocomplete: "off", value, ...props });
}

/**
 * A day and time as the service takes it; null for none.
 * @param {string} local as a `datetime-local` or `date` control has it, in this computer's time zone
 */
export function momentOf(local) {
  if (!local) return null;
  const at = new Date(local.includes("T") ? local : `${local}T00:00`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/**
 * A moment as a `datetime-local` control shows it.
 * @param {string | null | undefined} at
 */
export function localOf(at) {
  if (!at) return "";
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
