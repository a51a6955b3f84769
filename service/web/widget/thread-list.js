/**
 * The comments on the page, each under its parent. Every comment is here at most once, whichever way it came.
 */

import { h } from "../shared/element.js";
import { CommentCard } from "./comment-card.js";

export class ThreadList {
  #discussion;
  /** @type {Map<string, CommentCard>} */
  #cards = new Map();

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    // Safari forgets that a list without bullets is a list.
    this.element = h("ol.list.thread", { role: "list" });
  }

  get isEmpty() {
    return this.#cards.size === 0;
  }

  /** @param {string | null} id */
  find(id) {
    return id ? this.#cards.get(id) : undefined;
  }

  clear() {
    this.#cards.clear();
    this.element.replaceChildren();
  }

  /**
   * Adds comments that may be on the page already; those are brought up to date where they are.
   * @param {any[]} comments in the order in which they are to be read
   * @param {CommentCard | null} parent null for the list's own end
   * @returns {CommentCard[]} what was added
   */
  append(comments, parent = null) {
    const added = [];
    const end = parent ? parent.replies : this.element;
    for (const comment of comments) {
      if (this.#cards.has(comment.id)) this.update(comment);
      else added.push(this.#made(comment, parent, (card) => end.append(card.element)));
    }
    if (added.length) parent?.refresh();
    return added;
  }

  /** @param {any[]} comments each the parent of the next */
  appendChain(comments) {
    for (const comment of comments) {
      if (comment.parent_id) this.placeReply(comment);
      else this.append([comment]);
    }
  }

  /** @param {any} comment a root that the page does not have */
  prepend(comment) {
    return this.#made(comment, null, (card) => this.element.prepend(card.element));
  }

  /**
   * Puts a reply that has just come at the end of its branch, if the branch is read that far; else it is counted.
   * @param {any} comment
   * @returns {CommentCard | undefined} the card, where it is on the page now
   */
  appendReply(comment) {
    const parent = this.#homeOf(comment);
    if (!parent?.repliesCursor) return this.placeReply(comment);
    parent.countReply();
  }

  /**
   * Puts a reply at the end of what is shown of its branch.
   * @param {any} comment
   * @returns {CommentCard | undefined} undefined when its branch is not on the page
   */
  placeReply(comment) {
    const parent = this.#homeOf(comment);
    if (parent) return this.append([comment], parent)[0];
  }

  /** @param {any} comment as it is now */
  update(comment) {
    this.#cards.get(comment.id)?.update(comment);
  }

  /**
   * @param {string} id
   * @param {any} placeholder what stands for it while it has replies, or null
   */
  remove(id, placeholder) {
    const card = this.#cards.get(id);
    if (!card) return;
    if (placeholder) return card.update(placeholder);
    const hadFocus = card.element.contains(this.#discussion.focused);
    const neighbour = card.element.previousElementSibling ?? card.parent?.element ?? null;
    card.element.remove();
    this.#forget(card);
    card.parent?.refresh();
    if (hadFocus) this.#discussion.focusOn(neighbour?.querySelector("article"));
    // A placeholder stood for nothing but the replies below it.
    if (card.parent?.isBare) this.remove(card.parent.comment.id, null);
  }

  /** Draws every comment anew, for a viewer who may do other things now. */
  refresh() {
    for (const card of this.#cards.values()) card.refresh();
  }

  /** Opens again, for the viewer as they are now, what is open below a comment. */
  reopen() {
    for (const card of this.#cards.values()) card.reopen();
  }

  /** @param {string} id of a comment on the page, which is shown and marked as the one that was meant */
  highlight(id) {
    this.element.querySelector(".highlight")?.classList.remove("highlight");
    const card = this.#cards.get(id);
    if (!card) return;
    for (let above = card.parent; above; above = above.parent) above.fold(false);
    card.article.classList.add("highlight");
    this.#discussion.focusOn(card.article);
  }

  /** Nobody is in the middle of the list: what is put at its top moves nothing that is being read or written. */
  get isUndisturbed() {
    return this.element.getBoundingClientRect().top >= 0 && !this.element.contains(this.#discussion.focused);
  }

  /**
   * The card under which a reply is shown: its parent's, or, for one further in than the thread goes, the one above.
   * @param {any} comment
   */
  #homeOf(comment) {
    const parent = this.find(comment.parent_id);
    return parent && parent.level >= this.#discussion.story.policy.depth_max ? parent.parent : parent;
  }

  /**
   * @param {any} comment
   * @param {CommentCard | null} parent
   * @param {(card: CommentCard) => void} place
   */
  #made(comment, parent, place) {
    const card = new CommentCard(this.#discussion, comment, parent);
    this.#cards.set(comment.id, card);
    place(card);
    card.refresh();
    this.append(comment.replies, card);
    return card;
  }

  /** @param {CommentCard} card one that has left the page, its branch with it */
  #forget(card) {
    for (const [id, other] of this.#cards) {
      if (card.element.contains(other.element)) this.#cards.delete(id);
    }
  }
}
