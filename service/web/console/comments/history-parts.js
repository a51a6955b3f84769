/** What is kept of a comment: its texts with what the checks noticed about each, reports, decisions. */

import { h } from "../../shared/element.js";
import { difference } from "../evidence/difference.js";
import { markedText, signalList } from "../evidence/signals.js";
import { readerHref } from "../frame/place.js";
import { part } from "../readers/record-parts.js";
import { actionOf } from "../words/actions.js";
import { ago, textOf } from "../words/comment-text.js";
import { counted, nameOf } from "../words/names.js";

/** @typedef {import("./comment-types.js").CommentRecord} CommentRecord */

/**
 * @param {CommentRecord} record
 * @returns {HTMLElement[]}
 */
export function historyParts(record) {
  return [
    part("Text and screening", ...texts(record)),
    part("Decisions", decisions(record.decisions)),
    part("Reports", reports(record.reports)),
    ...(record.ancestors.length ? [part("What it answers", ...record.ancestors.map((above) => h(
      "div.ancestor",
      {},
      h("p.ancestor-head", {}, h("strong", {}, above.author?.name ?? "Nobody"), " ", ago(above.created_at)),
      textOf(above),
    )))] : []),
  ];
}

/** Every text, the newest first, with what was noticed about it and what changed. @param {CommentRecord} record */
function texts({ comment, revision, revisions, signals }) {
  const noticed = (/** @type {number} */ which) => signals.filter((screening) => screening.revision === which).flatMap((screening) => screening.signals);
  const now = comment.body === null ? [] : [{ revision, body: comment.body, written_at: comment.edited_at ?? comment.created_at }];
  const all = [...now, ...revisions];
  return all.map((text, place) => h(
    "details.revision",
    { open: place === 0 },
    h("summary", {}, `Revision ${text.revision}`, ", ", ago(text.written_at)),
    markedText(text.body, noticed(text.revision)),
    all[place + 1] && h("section.changed", {}, h("h3", {}, "What changed"), difference(all[place + 1].body, text.body)),
    signalList(noticed(text.revision)),
  ));
}

/** @param {CommentRecord["decisions"]} made */
function decisions(made) {
  if (made.length === 0) return h("p.none", {}, "Nobody has decided about it.");
  return h("ul.lines", {}, ...made.map((decision) => h(
    "li",
    {},
    h("strong", {}, decision.action === "undo" ? "Taken back" : actionOf(decision.action).done.replace(/:$/, "")),
    decision.reason && `: ${nameOf(decision.reason)}`,
    ", ",
    ago(decision.decided_at),
    `, by ${decision.decided_by ?? "a rule"}, of revision ${decision.seen_revision}`,
    decision.old_status !== decision.new_status && h("span.help", {}, ` (${nameOf(decision.old_status)} → ${nameOf(decision.new_status)})`),
    decision.note && h("p.note", { dir: "auto" }, decision.note),
  )));
}

/** @param {CommentRecord["reports"]} made */
function reports(made) {
  if (made.length === 0) return h("p.none", {}, "No reader has reported it.");
  return h("ul.lines", {}, ...made.map(({ reason, note, created_at: at, reporter, upheld, decided_at: decided }) => h(
    "li",
    {},
    h("strong", {}, nameOf(reason)),
    ", ",
    ago(at),
    " by ",
    h("a", { href: readerHref(reporter.id) }, reporter.name),
    h("span.help", {}, ` (${counted(reporter.reports_upheld, "report")} right, ${reporter.reports_declined} wrong)`),
    upheld !== null ? `, found ${upheld ? "right" : "wrong"}` : decided ? ", closed" : ", waits",
    note && h("p.note", { dir: "auto" }, note),
  )));
}
