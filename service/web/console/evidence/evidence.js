/** What is known about the comment in hand: what the checks noticed, what readers reported, who its author is. */

import { h } from "../../shared/element.js";
import { readerHref } from "../frame/place.js";
import { actionOf } from "../words/actions.js";
import { ago } from "../words/comment-text.js";
import { counted, nameOf } from "../words/names.js";
import { full } from "../words/times.js";
import { signalList } from "./signals.js";

/** @typedef {import("../words/types.js").Item} Item */

/**
 * @param {Item} item
 * @returns {HTMLElement[]}
 */
export function evidenceOf(item) {
  // What brought the comment here comes first.
  const brought = item.queue === "reported" ? [reports(item), signals(item)] : [signals(item), reports(item)];
  const before = decidedBefore(item);
  return [...(before ? [before] : []), ...brought, author(item)];
}

/** @param {Item} item */
function decidedBefore({ last_decision: last }) {
  if (!last) return null;
  const reason = last.reason ? `: ${nameOf(last.reason)}` : "";
  const what = last.action === "undo" ? "A decision was taken back" : `${actionOf(last.action).done}${reason}`;
  return panel("Decided before", h("p", {}, `${what}, `, ago(last.decided_at), last.decided_by === null && " by a rule"));
}

/**
 * @param {string} title
 * @param {...(Node | false)} children
 */
function panel(title, ...children) {
  return h("section.panel", {}, h("h2", {}, title), ...children);
}

/** @param {Item} item */
function signals({ signals: noticed }) {
  return panel("Signals", signalList(noticed));
}

/** @param {Item} item */
function reports({ reports: received }) {
  if (received.length === 0) return panel("Reports", h("p.none", {}, "No reader has reported it."));
  /** @type {Map<string, number>} */
  const byReason = new Map();
  for (const { reason } of received) byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
  const most = [...byReason].sort(([, a], [, b]) => b - a);
  const noted = received.filter(({ note }) => note);
  return panel(
    counted(received.length, "report"),
    h("p.reasons", {}, ...most.map(([reason, count]) => h("span.reason", {}, `${nameOf(reason)} `, h("b", {}, count)))),
    noted.length > 0 && h("ul.notes", {}, ...noted.map((report) => h(
      "li",
      {},
      h("p.note-head", {}, `${nameOf(report.reason)}, `, ago(report.created_at)),
      h("p.note", { dir: "auto" }, report.note),
    ))),
  );
}

/** @param {Item} item */
function author({ author: record }) {
  if (!record) return panel("Author", h("p.none", {}, "Not known any more."));
  const { published_count: published, rejected_count: rejected, reports_received: reported } = record;
  return panel(
    "Author",
    h("p.author-name", {}, h("a", { href: readerHref(record.id) }, record.name), " ", h("kbd", { "aria-hidden": "true" }, "i")),
    h("dl.record", {}, ...figure("Published", published), ...figure("Rejected", rejected), ...figure("Reports", reported)),
    published + rejected === 0 && h("p.first", {}, "Nothing of theirs has been published or rejected before."),
    ...record.sanctions.map(({ kind, until, reason }) => h(
      "p.sanction",
      {},
      h("strong", {}, nameOf(kind)),
      until ? ` until ${full(until)}` : "",
      reason ? `: ${nameOf(reason)}` : "",
    )),
  );
}

/**
 * @param {string} name
 * @param {number} count
 */
function figure(name, count) {
  return [h("div", {}, h("dt", {}, name), h("dd", {}, count.toLocaleString()))];
}
