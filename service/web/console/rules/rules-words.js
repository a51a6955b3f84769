/** What a change of the rules did, would do, or waits for, in words. */

import { h } from "../../shared/element.js";
import { commentHref } from "../frame/place.js";
import { counted, nameOf } from "../words/names.js";
import { full } from "../words/times.js";

/** @param {number} share */
export function percent(share) {
  return `${(share * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
}

/** @param {any} preview as `POST /v1/admin/rules/preview` answers */
export function previewOf(preview) {
  const { days, sampled, total, total_is_least: least, share, needs_second_admin: second } = preview;
  const changed = preview.newly_held + preview.newly_refused;
  return h(
    "section.record-part.preview",
    { "aria-label": "What the change would do" },
    h("h2", { tabIndex: -1 }, `It would have hit ${counted(changed, "comment")} of ${sampled.toLocaleString()} more (${percent(share)})`),
    h("p.help", {}, `The newest of ${least ? "more than " : ""}${total.toLocaleString()} comments of the last ${days} days, screened anew.`),
    h(
      "dl.record.wide",
      {},
      ...[["Newly held", preview.newly_held], ["Newly refused", preview.newly_refused], ["No longer held", preview.no_longer_held], ["No longer refused", preview.no_longer_refused]]
        .map(([name, count]) => h("div", {}, h("dt", {}, name), h("dd", {}, Number(count).toLocaleString()))),
    ),
    second && h("p.notice.warn", {}, "Of so many that another admin has to confirm it."),
    ...preview.parts.filter((/** @type {any} */ part) => part.asks + part.asks_no_more + part.shadow > 0).map(effectOf),
  );
}

/** @param {any} part */
function effectOf({ check, list, asks, asks_no_more: less, shadow, examples }) {
  const name = `${nameOf(check)}${list ? `, ${list}` : ""}`;
  const figures = [asks && `would ask in ${asks} more`, less && `in ${less} no more`, shadow && `would note ${shadow}`].filter(Boolean).join(", ");
  return h(
    "details",
    {},
    h("summary", {}, `${name}: ${figures}`),
    h("ul.lines", {}, ...examples.map((/** @type {any} */ example) => h(
      "li",
      {},
      h("a", { href: commentHref(example.comment_id), dir: "auto" }, example.excerpt),
      example.matched && h("span", {}, " ", h("mark", {}, example.matched)),
      h("span.help", {}, ` ${nameOf(example.before)} → ${nameOf(example.after)}`),
    ))),
  );
}

/** @param {{before: Record<string, any>, after: Record<string, any>}} changes */
export function changesOf({ before, after }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  if (names.length === 0) return h("p.none", {}, "Nothing differs.");
  const shown = (/** @type {any} */ value) => (value === undefined ? "" : JSON.stringify(value, null, 1));
  return h(
    "div.table-scroll",
    { tabIndex: 0, role: "region", "aria-label": "What it changes" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...["Part", "Before", "After"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, ...names.map((name) => h(
        "tr",
        {},
        h("th", { scope: "row" }, nameOf(name)),
        h("td", {}, h("pre.raw", {}, shown(before[name]))),
        h("td", {}, h("pre.raw", {}, shown(after[name]))),
      ))),
    ),
  );
}

/** @param {any} head a version of the rules */
export function versionWords({ version, made_by: by, made_at: at, note, restores, confirmed_by: confirmed }) {
  const from = restores === null ? "" : `, the content of version ${restores}`;
  const second = confirmed ? `, confirmed by ${confirmed}` : "";
  return `Version ${version}, by ${by ?? "nobody: the defaults"}${at ? `, ${full(at)}` : ""}${from}${second}${note ? `: ${note}` : ""}`;
}
