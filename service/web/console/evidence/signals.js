/** What the automatic checks noticed, each with its place in the text, and rules that are only tried set apart. */

import { h } from "../../shared/element.js";
import { nameOf } from "../words/names.js";

/** @typedef {import("../words/types.js").Signal} Signal */

/** What a check asks for. @type {Record<string, string>} */
const KINDS = { note: "Worth a look", hold: "Held it", refuse: "Would refuse it" };
/** What a rule that is only tried would have done. @type {Record<string, string>} */
const WOULD = { hold: "Tried only: would hold it", refuse: "Tried only: would refuse it" };

/** @param {Signal[]} noticed */
export function signalList(noticed) {
  if (noticed.length === 0) return h("p.none", {}, "The checks noticed nothing.");
  const weight = (/** @type {Signal} */ { kind, would }) => (would ? 2 : kind === "note" ? 1 : 0);
  return h("ul.signals", {}, ...[...noticed].sort((one, other) => weight(one) - weight(other)).map(signal));
}

/** @param {Signal} given */
function signal({ check, kind, would, detail, matched, start, end, score, threshold, list, rule_version: version }) {
  const words = would ? WOULD[would] ?? nameOf(would) : kind && (KINDS[kind] ?? nameOf(kind));
  const figure = (/** @type {number} */ value) => value.toLocaleString(undefined, { maximumFractionDigits: 2 });
  const from = [
    start != null && end != null && `characters ${start + 1} to ${end}`,
    list && `word list ${list}`,
    version && `rules version ${version}`,
  ].filter(Boolean);
  return h(
    "li",
    {},
    h(
      "p.signal-head",
      {},
      h("strong", {}, nameOf(check)),
      words && h("span", { className: would ? "kind tried" : "kind" }, words),
      score != null && h("span.score", { title: "Score, and the threshold" }, figure(score), threshold != null && ` of ${figure(threshold)}`),
    ),
    detail && h("p.detail", {}, detail),
    matched && h("p", {}, h("mark", { dir: "auto" }, matched)),
    from.length > 0 && h("p.help", {}, from.join(", ")),
  );
}

/**
 * The text as it was written, with what the checks found marked at its place.
 * @param {string} body
 * @param {Signal[]} noticed
 */
export function markedText(body, noticed) {
  const characters = Array.from(body); // Places are counted in code points, as the checks do.
  const places = noticed
    .flatMap(({ start, end, check }) => (start != null && end != null && start < end ? [{ start, end, check }] : []))
    .sort((one, other) => one.start - other.start);
  const text = h("pre.raw", { dir: "auto" });
  let at = 0;
  for (const { start, end, check } of places) {
    if (start < at || end > characters.length) continue; // Two that overlap: the first marks it.
    text.append(characters.slice(at, start).join(""), h("mark", { title: nameOf(check) }, characters.slice(start, end).join("")));
    at = end;
  }
  text.append(characters.slice(at).join(""));
  return text;
}
