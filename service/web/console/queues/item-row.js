/** One comment as a row of a list: of what waits, or of what a search found. */

import { h } from "../../shared/element.js";
import { commentHref, readerHref } from "../frame/place.js";
import { ago } from "../words/comment-text.js";
import { counted, excerpt, nameOf } from "../words/names.js";
import { authorOf } from "../words/telling.js";
import { clock } from "../words/times.js";

/** @typedef {import("../words/types.js").Item} Item */

const EXCERPT = 240;

/**
 * @param {Item} item
 * @param {object} state
 * @param {string} state.me the moderator
 * @param {boolean} state.chosen
 * @param {import("./together.js").Outcome | null} state.outcome
 * @param {(range: boolean) => void} state.choose
 * @returns {HTMLElement}
 */
export function itemRow(item, { me, chosen, outcome, choose }) {
  const { comment, story } = item;
  const box = h("input", {
    type: "checkbox",
    checked: chosen,
    disabled: outcome?.tone === "good",
    "aria-label": `Choose the comment by ${authorOf(item)}: ${excerpt(comment.body)}`,
    onclick: (/** @type {MouseEvent} */ event) => choose(event.shiftKey),
  });
  return h(
    "li.item-row",
    { className: `item-row${outcome ? ` ${outcome.tone}` : ""}${chosen ? " chosen" : ""}`, "data-comment": comment.id },
    box,
    h(
      "div.item-main",
      {},
      h("p.item-text", { dir: "auto" }, excerpt(comment.body, EXCERPT) || "(no text)"),
      h(
        "p.item-facts",
        {},
        item.author ? h("a", { href: readerHref(item.author.id) }, item.author.name) : "a former reader",
        h("span", {}, story.title),
        item.waiting_since ? ago(item.waiting_since, "waits ", "") : ago(comment.created_at),
        !item.waiting_since && h("span.fact.status", {}, nameOf(comment.status)),
        item.reports.length > 0 && h("span.flag", {}, counted(item.reports.length, "report")),
        ...item.signals.map(({ check, kind }) => h("span.flag", { title: kind ? nameOf(kind) : "" }, nameOf(check))),
        holder(item, me),
        h("a", { href: commentHref(comment.id) }, "Record"),
      ),
      outcome && h("p.outcome", { className: `outcome ${outcome.tone}` }, outcome.text),
    ),
  );
}

/**
 * Who has it in hand.
 * @param {Item} item
 * @param {string} me
 */
function holder(item, me) {
  if (!item.claimed_by) return false;
  const left = item.claimed_until ? clock((Date.parse(item.claimed_until) - Date.now()) / 1000) : "";
  const who = item.claimed_by === me ? "In your hands" : `In the hands of ${item.claimed_by_name ?? item.claimed_by}`;
  return h("span.holder", { title: left && `for ${left} more` }, who);
}
