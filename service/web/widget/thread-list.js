/**
 * The comments on the page, each under its parent. Every comment is here at most once, whichever way it came.
 */

import { h } from "../shared/element.js";
import { CommentCard } from "./comment-card.js";

export class ThreadList {
  #discussion;
  /** By comment. @type {Map<string, CommentCard>} */
  cards = new Map();

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    // Safari forgets that a list without bullets is a list.
    this.element = h("ol.list.thread", { role: "list" });
  }

  get isEmpty() {
    return this.cards.size === 0;
  }

  /** @param {string | null} id */
  find(id) {
    return id ? this.cards.get(id) : undefined;
  }

  clear() {
    this.cards.clear();
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
      if (this.cards.has(comment.id)) this.update(comment);
      else added.push(this.#made(comment, parent, (card) => end.append(card.element)));
    }
    if (added.length) parent?.refresh();
    return added;
  }

  /** @param {any} comment a root that the page does not have */
  prepend(comment) {
    return this.#made(comment, null, (card) => this.element.prepend(card.element));
  }

  /**
   * Puts a reply at the end of what is shown of its branch.
   * @param {any} comment
   * @returns {CommentCard | undefined} undefined when its branch is not on the page
   */
  placeReply(comment) {
    const parent = this.homeOf(comment);
    if (parent) return this.append([comment], parent)[0];
  }

  /** @param {any} comment as it is now */
  update(comment) {
    this.cards.get(comment.id)?.update(comment);
  }

  /** Draws every comment anew, for a viewer who may do other things now. */
  refresh() {
    for (const card of this.cards.values()) card.refresh();
  }

  /** Opens again, for the viewer as they are now, what is open below a comment. */
  reopen() {
    for (const card of this.cards.values()) card.reopen();
  }

  /**
   * The card under which a reply is shown: its parent's, or, for one further in than the thread goes, the one above.
   * @param {any} comment
   */
  homeOf(comment) {
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
    this.cards.set(comment.id, card);
    place(card);
    card.refresh();
    this.append(comment.replies, card);
    return card;
  }
}
