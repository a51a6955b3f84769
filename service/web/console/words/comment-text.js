/** One comment as readers see it: who, when, and the text by the allow-list. */

import { h } from "../../shared/element.js";
import { safeFragment } from "../../shared/safe-html.js";
import { counted, nameOf } from "./names.js";
import { age, full } from "./times.js";

/** @typedef {import("./types.js").Comment} Comment */

/** What a reader sees instead of a removed comment. @type {Record<string, string>} */
const GONE = { deleted: "Deleted by its author", erased: "Removed with its author’s account", rejected: "Rejected" };

/** @param {Comment} comment */
export function textOf(comment) {
  if (comment.body === null && comment.body_html === null) {
    return h("p.gone", {}, GONE[comment.status] ?? nameOf(comment.status));
  }
  const text = h("div.text", { dir: "auto" });
  text.append(safeFragment(comment.body_html, comment.body));
  // A link may say one thing and lead to another: the moderator sees where.
  for (const link of text.querySelectorAll("a")) {
    link.title = link.href;
    link.dataset.host = link.host || link.protocol;
  }
  return text;
}

/**
 * "2 h ago", with the moment itself for whoever points at it.
 * @param {string} at
 * @param {string} [before] words around it
 * @param {string} [after]
 */
export function ago(at, before = "", after = " ago") {
  return h("time", { dateTime: at, title: full(at), "data-before": before, "data-after": after }, `${before}${age(at)}${after}`);
}

/** @param {Element} root in which time has passed since it was drawn */
export function growOlder(root) {
  for (const time of root.querySelectorAll("time")) {
    const words = `${time.dataset.before ?? ""}${age(time.dateTime)}${time.dataset.after ?? ""}`;
    if (time.textContent !== words) time.textContent = words;
  }
}

/**
 * What is worth knowing about a comment beside its text: side, anchor, votes, replies, edits.
 * @param {Comment} comment
 * @param {string} queue it waits in, whose name need not be said again
 * @returns {(Node | false)[]}
 */
export function factsOf(comment, queue) {
  const { up, down } = comment.votes;
  return [
    comment.status !== "published" && comment.status !== queue && h("span.fact.status", {}, nameOf(comment.status)),
    comment.side !== null && h("span.fact", {}, `Side: ${nameOf(comment.side)}`),
    comment.about !== null && h("span.fact", {}, `About: ${nameOf(comment.about)}`),
    comment.edited_at !== null && h("span.fact", {}, ago(comment.edited_at, "Edited ")),
    up + down > 0 && h("span.fact", {}, `${counted(up, "vote")} for it${down ? `, ${down} against` : ""}`),
    comment.reply_count > 0 && h("span.fact", {}, counted(comment.reply_count, "reply", "replies")),
  ];
}
