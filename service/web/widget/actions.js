/**
 * What the buttons below a comment do, for those who may. Loaded when the first of them is used.
 */

import { h } from "../shared/element.js";
import { CommentForm } from "./comment-form.js";
import { settle } from "./refusals.js";
import { askForReport } from "./report-dialog.js";
import { learnToWrite } from "./writing.js";

/** @typedef {import("./discussion.js").Discussion} Discussion */
/** @typedef {import("./comment-card.js").CommentCard} Card */

/** @type {Record<string, (discussion: Discussion, card: Card, focus: boolean) => unknown>} */
const ACTIONS = {
  up: (discussion, card) => vote(discussion, card, 1),
  down: (discussion, card) => vote(discussion, card, -1),
  reply: (discussion, card, focus) => write(discussion, card, "reply", { parent: card.comment }, focus),
  edit: (discussion, card, focus) => write(discussion, card, "edit", { editing: card.comment }, focus),
  delete: askToDelete,
  report: askForReport,
};

/**
 * @param {string} name of a button
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {boolean} focus whether the focus follows
 */
export function act(name, discussion, card, focus) {
  learnToWrite(discussion);
  return ACTIONS[name](discussion, card, focus);
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {"reply" | "edit"} act
 * @param {{parent?: any, editing?: any}} what
 * @param {boolean} focus
 */
function write(discussion, card, act, what, focus) {
  const form = new CommentForm(discussion, { ...what, onClose: () => card.close() });
  card.open(form.element, act);
  if (focus) form.text.focus();
}

/** Votes on the way, by card: a second click waits for the first answer. @type {WeakMap<Card, Promise<void>>} */
const votesUnderWay = new WeakMap();

/**
 * Shown at once, and taken back when the service says no. The same button again takes the vote back.
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {1 | -1} value
 */
function vote(discussion, card, value) {
  const { viewing } = discussion;
  const before = viewing.viewer.votes[card.comment.id] ?? 0;
  const after = before === value ? 0 : value;
  countVote(discussion, card, before, after);
  const sent = (votesUnderWay.get(card) ?? Promise.resolve()).then(async () => {
    try {
      const { votes } = await discussion.api.send("PUT", `v1/comments/${card.comment.id}/vote`, { value: after });
      card.update({ ...card.comment, votes });
    } catch (error) {
      countVote(discussion, card, after, before);
      failed(discussion, card, error);
    }
  });
  votesUnderWay.set(card, sent);
  return sent;
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {-1 | 0 | 1} before
 * @param {-1 | 0 | 1} after
 */
function countVote(discussion, card, before, after) {
  const { votes } = card.comment;
  discussion.viewing.voted(card.comment.id, after);
  card.update({
    ...card.comment,
    votes: {
      up: votes.up + Number(after === 1) - Number(before === 1),
      down: votes.down + Number(after === -1) - Number(before === -1),
    },
  });
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 */
function askToDelete(discussion, card) {
  const { words } = discussion;
  const keep = h("button.quiet", { type: "button", onclick: () => card.close() }, words.say("delete_no"));
  card.open(h("div.gate", { role: "group", ariaLabel: words.say("delete_ask") },
    h("p", {}, words.say("delete_ask")),
    h("div.ways", {},
      h("button.primary", { type: "button", onclick: () => remove(discussion, card) }, words.say("delete_yes")), keep)), "delete");
  keep.focus();
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 */
async function remove(discussion, card) {
  const { api, list, viewing, words } = discussion;
  const { comment } = card;
  try {
    await api.send("DELETE", `v1/comments/${comment.id}`);
  } catch (error) {
    return failed(discussion, card, error);
  }
  card.close();
  viewing.settled(comment.id);
  const hasReplies = card.replies.childElementCount > 0 || comment.reply_count > 0;
  list.remove(comment.id, hasReplies ? { ...comment, status: "deleted", author: null, body: null, body_html: null } : null);
  discussion.announce(words.say("deleted_own"));
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {unknown} error
 */
export function failed(discussion, card, error) {
  const text = settle(discussion, error);
  if (text) card.fail(text);
}
