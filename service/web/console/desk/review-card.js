/** The comment in hand, in its context: the story, what it answers, and its own text. */

import { h } from "../../shared/element.js";
import { safeHref } from "../../shared/safe-html.js";
import { difference } from "../evidence/difference.js";
import { markedText } from "../evidence/signals.js";
import { ago, factsOf, textOf } from "../words/comment-text.js";
import { counted, nameOf } from "../words/names.js";
import { authorOf } from "../words/telling.js";

/** @typedef {import("../words/types.js").Item} Item */
/** @typedef {import("../words/types.js").Comment} Comment */

/** Of a longer chain the root and the nearest are open; those between unfold. */
const NEAREST = 2;

/**
 * @param {Item} item
 * @param {string | null} before what the comment said before it was edited under the moderator's eyes
 * @param {HTMLElement} lease how long it is this moderator's
 * @returns {HTMLElement}
 */
export function reviewCard(item, before, lease) {
  const { comment } = item;
  return h(
    "article.card",
    { "aria-labelledby": "card-title" },
    storyLine(item, lease),
    item.ancestors.length > 0 && thread(item.ancestors),
    h(
      "section.subject",
      { "aria-labelledby": "card-title" },
      h(
        "header.subject-head",
        {},
        h("h1.subject-title", { id: "card-title" }, h("span.unseen", {}, "Comment by "), authorOf(item)),
        h("span.when", {}, ago(comment.created_at)),
        h("span.waiting", {}, ago(item.waiting_since, "waits ", "")),
      ),
      h("div.subject-text", { id: "subject-text" }, textOf(comment)),
      h("p.facts", {}, ...factsOf(comment, item.queue), h("span.fact", {}, `Revision ${item.revision}`)),
      before !== null && changed(before, comment.body ?? ""),
      before !== null && unfolding("What it said before", h("pre.raw", { dir: "auto" }, before)),
      comment.body !== null && unfolding("As written", markedText(comment.body, item.signals)),
    ),
  );
}

/**
 * @param {Item} item
 * @param {HTMLElement} lease
 */
function storyLine({ story, queue }, lease) {
  const href = safeHref(story.url);
  const title = href
    ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, story.title, h("span.unseen", {}, " (opens in a new tab)"))
    : story.title;
  return h("p.story", {}, h("span.chip", {}, nameOf(queue)), h("span.story-title", {}, title), lease);
}

/** @param {Comment[]} ancestors the root first */
function thread(ancestors) {
  const inner = ancestors.slice(1, -NEAREST);
  const between = inner.length > 1 ? inner : []; // One alone takes no more room than the words that hide it.
  const open = ancestors.filter((comment) => !between.includes(comment));
  const [root, ...nearest] = open.map((comment) => answered(comment));
  return h(
    "section.thread",
    { "aria-label": "What it answers" },
    root,
    between.length > 0 && unfolding(`${counted(between.length, "more reply", "more replies")} in between`, ...between.map(answered)),
    ...nearest,
  );
}

/** @param {Comment} comment */
function answered(comment) {
  return h(
    "div.ancestor",
    {},
    h("p.ancestor-head", {}, h("strong", {}, comment.author?.name ?? "Nobody"), " ", ago(comment.created_at)),
    textOf(comment),
  );
}

/**
 * @param {string} before
 * @param {string} after
 */
function changed(before, after) {
  return h("section.changed", { "aria-label": "What changed" }, h("h2", {}, "What changed"), difference(before, after));
}

/**
 * @param {string} summary
 * @param {...Node} children
 */
function unfolding(summary, ...children) {
  return h("details", {}, h("summary", {}, summary), ...children);
}
