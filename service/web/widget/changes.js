/**
 * A comment goes from the list, and nobody's focus with it.
 */

import { GONE } from "./comment-card.js";

/**
 * Takes a comment from the page.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} id
 * @param {string | false | null} [status] what became of it, where a placeholder is to say so in its place
 */
export function removeComment(discussion, id, status) {
  const { list } = discussion;
  const card = list.find(id);
  if (!card) return;
  if (status) return card.update({ ...card.comment, status, author: null, featured: null });
  const { element, parent } = card;
  const hadFocus = element.contains(discussion.focused);
  const neighbour = element.previousElementSibling ?? parent?.element;
  element.remove();
  for (const [other, inside] of list.cards) {
    if (!inside.element.isConnected) list.cards.delete(other);
  }
  parent?.refresh();
  if (hadFocus) discussion.focusOn(neighbour?.querySelector("article"));
  // A placeholder stood for nothing but the replies below it.
  if (parent && GONE.includes(parent.comment.status) && !parent.repliesCursor && !parent.replies.childElementCount) {
    removeComment(discussion, parent.comment.id);
  }
}
