/**
 * The buttons below a comment. They are there for everyone; whoever may not use one is shown the way in.
 */

import { h, icon } from "../shared/element.js";
import { nameOf } from "./card-parts.js";

const UP = "M8 3.5 13.5 12h-11z";
const DOWN = "M8 12.5 2.5 4h11z";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 */
export function actionsOf(discussion, card) {
  const { story, viewer, words } = discussion;
  const { comment } = card;
  const own = viewer.id !== null && comment.author?.id === viewer.id;
  const published = comment.status === "published";
  const name = nameOf(words, comment);
  const button = (/** @type {string} */ act, /** @type {string} */ label = words.say(act)) =>
    h("button", { "data-act": act, ariaLabel: label, onclick: () => discussion.act(act, card) }, words.say(act));
  return [
    published && story.voting !== "off" && !(own && !comment.votes.up && !comment.votes.down) && votes(discussion, card, own),
    published && story.state === "open" && button("reply", words.say("reply_to", { name })),
    ...discussion.viewing.own?.actions(comment, own, button) ?? [],
    published && !own && (discussion.viewing.reported.has(comment.id)
      ? h("span.muted", {}, words.say("reported")) : button("report", words.say("report_of", { name }))),
    published && !own && viewer.signedIn && comment.author && button("mute", words.say("mute_of", { name })),
  ];
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 * @param {boolean} own
 */
function votes(discussion, card, own) {
  const { story, viewer, words } = discussion;
  const { comment } = card;
  const mine = viewer.votes[comment.id] ?? 0;
  /** @type {(act: "up" | "down", value: 1 | -1, shape: string) => HTMLButtonElement} */
  const button = (act, value, shape) => h("button", {
    "data-act": act,
    title: words.say(`vote_${act}`),
    ariaLabel: words.say(`votes_${act}`, { count: comment.votes[act] }),
    ariaPressed: String(mine === value),
    disabled: own,
    onclick: () => discussion.act(act, card),
  }, icon(shape), comment.votes[act] > 0 && words.number(comment.votes[act]));
  return h("span.votes", {}, button("up", 1, UP), story.voting === "up_down" && button("down", -1, DOWN));
}
