/**
 * What happens to a list of comments that stands on the page: some go, others are counted or come to the end of a branch.
 */

import { FORMS, GONE } from "./comment-card.js";

/** @typedef {import("./comment-card.js").CommentCard} CommentCard */

/**
 * Something is being written below it.
 * @param {CommentCard} [card]
 */
export function isBeingAnswered(card) {
  return card && FORMS.has(card.opened.act);
}

/**
 * Nobody is in the middle of the list: what is put at its top moves nothing that is being read or written.
 * @param {import("./discussion.js").Discussion} discussion
 */
export function isUndisturbed({ list, focused }) {
  return list.element.getBoundingClientRect().top >= 0 && !list.element.contains(focused);
}

/**
 * Puts a reply that has just come at the end of its branch, if the branch is read that far; else it is counted.
 * @param {import("./thread-list.js").ThreadList} list
 * @param {any} comment
 * @returns {CommentCard | undefined} the card, where it is on the page now
 */
export function appendReply(list, comment) {
  const parent = list.homeOf(comment);
  if (!parent?.repliesCursor) return list.placeReply(comment);
  const { reply_count, direct_reply_count } = parent.comment;
  parent.update({ ...parent.comment, reply_count: reply_count + 1, direct_reply_count: direct_reply_count + 1 });
}

/**
 * Takes a comment from the page.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} id
 * @param {any} placeholder what stands for it while it has replies, or null
 */
export function removeComment(discussion, id, placeholder) {
  const { cards } = discussion.list;
  const card = cards.get(id);
  if (!card) return;
  if (placeholder) return card.update(placeholder);
  const { parent } = card;
  const hadFocus = card.element.contains(discussion.focused);
  const neighbour = card.element.previousElementSibling ?? parent?.element ?? null;
  card.element.remove();
  for (const [other, { element }] of cards) {
    if (card.element.contains(element)) cards.delete(other);
  }
  parent?.refresh();
  if (hadFocus) discussion.focusOn(neighbour?.querySelector("article"));
  // A placeholder stood for nothing but the replies below it.
  if (parent && GONE.has(parent.comment.status) && !parent.repliesCursor && !parent.replies.childElementCount) {
    removeComment(discussion, parent.comment.id, null);
  }
}
