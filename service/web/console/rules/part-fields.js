/**
 * The fields of one part of the rules, made from what the part holds: numbers, texts, lists of lines, a switch.
 *
 * What the console has no words for shows under its own name, so that a new setting can be used on the day it is there.
 */

import { h } from "../../shared/element.js";
import { field, input, select } from "../parts/form.js";
import { nameOf } from "../words/names.js";

/** @typedef {Record<string, any>} Part */

/** @type {[string, string][]} */
const USES = [["on", "On: it acts"], ["shadow", "Tried only: it counts what it would do"], ["off", "Off"]];

/** @type {Record<string, [string, string][]>} */
const CHOICES = {
  use: USES,
  kind: [["suspect", "Suspect: held"], ["blocked", "Blocked: refused"], ["allowed", "Allowed: passed over"]],
  when_failing: [["publish", "Publish"], ["hold", "Hold"]],
  harm: ["", "threat", "hate", "harassment", "abuse", "misinformation", "spam", "illegal", "off_topic", "other"].map((id) => [id, id ? nameOf(id) : "None"]),
};

/** What may be left empty, and is null then. */
const MAY_BE_NONE = new Set(["hide_at", "hold_at", "language", "harm"]);

/** @type {Record<string, string>} */
const NAMES = {
  use: "Use",
  most: "At most",
  most_new_reader: "At most, of a new reader",
  known_after: "No new reader after so many published",
  capitals_share: "Share of capitals that is shouting",
  capitals_letters_min: "In texts with so many letters",
  character_run: "One character so many times in a row",
  word_run: "One word so many times in a row",
  piled_letters: "Letters piled with marks",
  word_chars: "Unbroken characters",
  chars_min: "Texts of at least so many characters",
  hours: "Within so many hours",
  own: "Own texts like it",
  others: "Others’ texts like it",
  alike: "Share in common that counts as alike",
  minutes: "Within so many minutes",
  approved_min: "Until so many were approved",
  published_min: "Or so many were published",
  rejected_share: "Share of rejected ones",
  sample_min: "Of at least so many",
  review_at: "Weight from which reports bring it to review",
  hide_at: "Weight from which it is hidden (empty: never)",
  prior_accuracy: "Accuracy of an unknown reporter",
  prior_reports: "Reports that weigh as much as that",
  hold_at: "Score from which it is held",
  when_failing: "When it fails",
  allowed: "Allowed domains, one a line",
  blocked: "Blocked domains, one a line",
  words: "Words, one a line",
};

/**
 * @param {Part} part
 * @returns {{element: HTMLElement, read: () => Part}}
 */
export function partFields(part) {
  const fields = Object.entries(part).map(([name, value]) => ({ name, ...one(name, value) }));
  return {
    element: h("div.field-grid", {}, ...fields.map(({ element }) => element)),
    read: () => Object.fromEntries(fields.map(({ name, read }) => [name, read()])),
  };
}

/**
 * @param {string} name
 * @param {any} value
 * @returns {{element: HTMLElement, read: () => any}}
 */
function one(name, value) {
  const label = NAMES[name] ?? nameOf(name);
  if (CHOICES[name]) {
    const control = select(CHOICES[name], value ?? "");
    return { element: field(label, control), read: () => control.value || null };
  }
  if (Array.isArray(value)) {
    const control = h("textarea", { rows: Math.min(12, Math.max(3, value.length + 1)), value: value.join("\n"), spellcheck: false });
    return { element: field(label, control), read: () => control.value.split("\n").map((line) => line.trim()).filter(Boolean) };
  }
  if (value !== null && typeof value === "object") {
    const nested = partFields(value);
    return { element: h("fieldset.nested", {}, h("legend", {}, label), nested.element), read: nested.read };
  }
  const isNumber = typeof value === "number" || (value === null && name.endsWith("_at"));
  const control = input(value === null ? "" : String(value), isNumber ? { inputMode: "decimal" } : {});
  return {
    element: field(label, control),
    read: () => {
      const text = control.value.trim();
      if (text === "" && MAY_BE_NONE.has(name)) return null;
      // What is no number goes as it is written: the service names the field and says what it takes.
      return isNumber && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    },
  };
}
