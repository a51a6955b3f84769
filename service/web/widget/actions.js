/**
 * What the buttons below a comment do, for those who may. Loaded when the first of them is used.
 */

import { h } from "../shared/element.js";
import { removeComment } from "./changes.js";
import { commentForm } from "./comment-form.js";
import { askWhy } from "./decision.js";
import { settle } from "./refusals.js";
import { askForReport } from "./report-dialog.js";

/** @typedef {import("./discussion.js").Discussion} Discussion */
/** @typedef {import("./comment-card.js").CommentCard} Card */

/** @type {Record<string, (discussion: Discussion, card: Card, focus: boolean) => unknown>} */
const ACTIONS = {
  up: (discussion, card) => vote(discussion, card, 1),
  down: (discussion, card) => vote(discussion, card, -1),
  reply: (discussion, card, focus) => write(discussion, card, "reply", { parent: card.comment }, focus),
  edit: (discussion, card, focus) => write(discussion, card, "edit", { editing: card.comment }, focus),
  delete: remove,
  report: askForReport,
  mute: (discussion, card) => mute(discussion, card.comment.author, true, card),
  unmute: (discussion, card) => mute(discussion, card.comment.author, false, card),
  why: askWhy,
};

/** How long a deletion can be taken back before it is sent. */
const UNDO_MS = 8_000;

/**
 * @param {string} name of a button
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {boolean} focus whether the focus follows
 */
export function act(name, discussion, card, focus) {
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
  const form = commentForm(discussion, { ...what, onClose: () => card.close() });
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
  discussion.viewing.own?.voted(card.comment.id, after);
  card.update({
    ...card.comment,
    votes: {
      up: votes.up + Number(after === 1) - Number(before === 1),
      down: votes.down + Number(after === -1) - Number(before === -1),
    },
  });
}

/**
 * Gone at once for its author, who can take that back for some seconds; then it is sent, or before, as the page closes.
 * @param {Discussion} discussion
 * @param {Card} card
 */
function remove(discussion, card) {
  const { words, signal } = discussion;
  const decided = new AbortController();
  /** @param {(() => unknown)} then */
  const decide = (then) => () => {
    if (decided.signal.aborted) return;
    decided.abort();
    clearTimeout(waiting);
    card.element.classList.remove("going");
    then();
  };
  const send = decide(() => sendRemoval(discussion, card));
  const waiting = setTimeout(send, UNDO_MS);
  addEventListener("pagehide", send, { signal: decided.signal });
  signal.addEventListener("abort", send, { signal: decided.signal });
  const undo = h("button.textual", { onclick: decide(() => card.close()) }, words.say("undo"));
  card.open(h("p.note", {}, words.say("deleted_own"), " ", undo), "delete");
  card.element.classList.add("going");
  undo.focus();
  discussion.announce(words.say("deleted_own"));
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 */
async function sendRemoval(discussion, card) {
  const { api, viewing } = discussion;
  const { comment } = card;
  try {
    await api.send("DELETE", `v1/comments/${comment.id}`);
  } catch (error) {
    return failed(discussion, card, error);
  }
  card.close();
  viewing.settled(comment.id);
  const hasReplies = card.replies.childElementCount > 0 || comment.reply_count > 0;
  removeComment(discussion, comment.id, hasReplies ? { ...comment, status: "deleted", author: null, body: null, body_html: null } : null);
}

/**
 * Hides an author's comments from this reader, or shows them again; at once, and taken back when it was refused.
 * @param {Discussion} discussion
 * @param {any} author
 * @param {boolean} isMuted
 * @param {Card} [card] where it was asked for
 * @returns {Promise<unknown>} the refusal, if there was one
 */
export async function mute(discussion, author, isMuted, card) {
  const { api, viewing, words } = discussion;
  viewing.own?.mutes(author.id, isMuted);
  discussion.announce(words.say(isMuted ? "muted_now" : "unmuted_now", { name: author.name }));
  try {
    await api.send(isMuted ? "PUT" : "DELETE", `v1/me/mutes/${author.id}`);
  } catch (error) {
    viewing.own?.mutes(author.id, !isMuted);
    if (card) failed(discussion, card, error);
    return error;
  }
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
