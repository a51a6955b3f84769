/** How an appeal is ruled on: the outcome, and the reason that its author reads. */

import { h } from "../../shared/element.js";
import { field } from "../parts/form.js";

const REASON_MAX = 2000;

/** @param {(outcome: "upheld" | "reversed", reason: string) => void} rule */
export function rulingForm(rule) {
  const outcome = (/** @type {string} */ value, /** @type {string} */ name, /** @type {string} */ key) => h(
    "label.check",
    {},
    h("input", { type: "radio", name: "outcome", value, required: true }),
    ` ${name} `,
    h("kbd", { "aria-hidden": "true" }, key),
  );
  const reason = h("textarea", { rows: 4, maxLength: REASON_MAX, required: true });
  const form = h(
    "form.record-part.ruling",
    {},
    h("h2", {}, "Your ruling"),
    h("div.row", { role: "radiogroup", "aria-label": "Outcome" }, outcome("upheld", "The decision stands", "d"), outcome("reversed", "Reverse it", "v")),
    field("Reason", reason, "The author reads it. Ctrl and Enter send it."),
    h("div.row", {}, h("button.primary", { type: "submit" }, "Rule on it")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = new FormData(form).get("outcome");
    const words = reason.value.trim();
    if ((chosen === "upheld" || chosen === "reversed") && words) rule(chosen, words);
  });
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return form;
}
