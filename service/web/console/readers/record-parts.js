/** The parts of a reader's record: figures, limits, notes, decisions, reports, comments. */

import { h } from "../../shared/element.js";
import { commentHref, readerHref } from "../frame/place.js";
import { actionOf } from "../words/actions.js";
import { ago } from "../words/comment-text.js";
import { excerpt, nameOf } from "../words/names.js";
import { full } from "../words/times.js";

/** @typedef {import("./reader-types.js").ReaderRecord} ReaderRecord */
/** @typedef {import("./reader-types.js").KeptSanction} KeptSanction */

/**
 * @param {string} title
 * @param {...import("../../shared/element.js").Child} children
 */
export function part(title, ...children) {
  return h("section.record-part", {}, h("h2", {}, title), ...children);
}

/** @param {ReaderRecord} record */
export function figuresOf(record) {
  const { report_accuracy: accuracy } = record;
  /** @type {[string, string | number][]} */
  const figures = [
    ["Published", record.published_count],
    ["Approved by people", record.approved_count],
    ["Rejected", record.rejected_count],
    ["Reports received", record.reports_received],
    ["Reports made", record.reports_made],
    ["of these right", record.reports_upheld],
    ["of these wrong", record.reports_declined],
    ...(accuracy == null ? [] : [/** @type {[string, string]} */ (["Right, of answered", `${Math.round(accuracy * 100)} %`])]),
  ];
  return h("dl.record.wide", {}, ...figures.map(([name, count]) => h("div", {}, h("dt", {}, name), h("dd", {}, count.toLocaleString()))));
}

/**
 * Whether it still limits the reader.
 * @param {KeptSanction} sanction
 */
export function holds({ kind, lifted_at: lifted, until, acknowledged_at: acknowledged }) {
  const over = lifted !== null || (until !== null && Date.parse(until) <= Date.now());
  return !over && !(kind === "warn" && acknowledged !== null);
}

/**
 * @param {KeptSanction} sanction
 * @param {HTMLElement | false} act what can be done about it
 */
export function sanctionLine(sanction, act) {
  const { kind, site, reason, note, starts_at: starts, until, added_by: by, lifted_at: lifted, lifted_by: lifter } = sanction;
  const end = lifted ? `, lifted ${full(lifted)}${lifter ? ` by ${lifter}` : ""}` : until ? `, until ${full(until)}` : "";
  return h(
    "li",
    { className: holds(sanction) ? "sanction" : "sanction over" },
    h("p", {}, h("strong", {}, nameOf(kind)), `: ${reason}`),
    h("p.help", {}, `${site ? `On ${site}` : "Everywhere"}, since ${full(starts)}${end}, set by ${by ?? "a rule"}`),
    note && h("p.note", { dir: "auto" }, note),
    act,
  );
}

/** @param {NonNullable<ReaderRecord["decisions"]>} decisions */
export function decisionsOf(decisions) {
  if (decisions.length === 0) return h("p.none", {}, "None.");
  return h("ul.lines", {}, ...decisions.map((made) => h(
    "li",
    {},
    h("a", { href: commentHref(made.comment_id) }, made.action === "undo" ? "Taken back" : actionOf(made.action).done.replace(/:$/, "")),
    made.reason && `: ${nameOf(made.reason)}`,
    ", ",
    ago(made.decided_at),
    `, by ${made.decided_by ?? "a rule"}`,
    made.note && h("p.note", { dir: "auto" }, made.note),
  )));
}

/**
 * @param {import("./reader-types.js").ReportLine[]} lines
 * @param {boolean} received
 */
export function reportsOf(lines, received) {
  if (lines.length === 0) return h("p.none", {}, "None.");
  return h("ul.lines", {}, ...lines.map(({ comment_id: comment, reason, note, created_at: at, upheld, decided_at: decided, reporter }) => h(
    "li",
    {},
    h("a", { href: commentHref(comment) }, nameOf(reason)),
    ", ",
    ago(at),
    received && reporter && h("span", {}, " by ", h("a", { href: readerHref(reporter.id) }, reporter.name)),
    h("span", { className: `outcome ${upheld === true ? "bad" : upheld === false ? "good" : "plain"}` }, ` ${answerOf(upheld, decided)}`),
    note && h("p.note", { dir: "auto" }, note),
  )));
}

/**
 * @param {boolean | null} upheld
 * @param {string | null} decided
 */
function answerOf(upheld, decided) {
  if (upheld === null) return decided ? "closed unanswered" : "waits";
  return upheld ? "found right" : "found wrong";
}

/** @param {ReaderRecord["recent_comments"]} comments */
export function commentsOf(comments) {
  if (comments.length === 0) return h("p.none", {}, "None on your sites.");
  return h("ul.lines", {}, ...comments.map((comment) => h(
    "li",
    {},
    h("a", { href: commentHref(comment.id), dir: "auto" }, excerpt(comment.body, 160) || `(${nameOf(comment.status)})`),
    " ",
    ago(comment.created_at),
    comment.status !== "published" && h("span.fact.status", {}, ` ${nameOf(comment.status)}`),
  )));
}
