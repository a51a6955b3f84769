/**
 * The comments on the page, each under its parent. Every comment is here at most once, whichever way it came.
 */

import { h } from "../shared/element.js";
import { cardOf } from "./comment-card.js";

/** @typedef {import("./comment-card.js").Card} Card */

/** @param {import("./discussion.js").Discussion} discussion */
export function listOf(discussion) {
  /** By comment. @type {Map<string, Card>} */
  const cards = new Map();

  /**
   * @param {any} comment
   * @param {Card | null} parent
   * @param {(element: HTMLElement) => void} place
   */
  function made(comment, parent, place) {
    const card = cardOf(discussion, comment, parent);
    cards.set(comment.id, card);
    place(card.element);
    card.refresh();
    list.append(comment.replies, card);
    return card;
  }

  const list = {
    cards,
    // Safari forgets that a list without bullets is a list.
    element: h("ol.list.thread", { role: "list" }),
    /** @param {string | null} id */
    find: (id) => cards.get(/** @type {string} */ (id)),
    clear() {
      cards.clear();
      list.element.replaceChildren();
    },
    /**
     * Adds comments that may be on the page already; those are brought up to date where they are.
     * @param {any[]} comments in the order in which they are to be read
     * @param {Card | null} [parent] null for the list's own end
     * @returns {Card[]} what was added
     */
    append(comments, parent = null) {
      const end = parent ? parent.replies : list.element;
      const added = [];
      for (const comment of comments) {
        if (list.find(comment.id)) list.update(comment);
        else added.push(made(comment, parent, (element) => end.append(element)));
      }
      if (added.length) parent?.refresh();
      return added;
    },
    /** @param {any} comment a root that the page does not have */
    prepend: (comment) => made(comment, null, (element) => list.element.prepend(element)),
    /**
     * Puts a reply at the end of what is shown of its branch.
     * @param {any} comment
     * @returns {Card | undefined} undefined when its branch is not on the page
     */
    placeReply(comment) {
      const parent = list.homeOf(comment);
      return parent && list.append([comment], parent)[0];
    },
    /** @param {any} comment as it is now */
    update: (comment) => list.find(comment.id)?.update(comment),
    /** Draws every comment anew, for a viewer who may do other things now. */
    refresh: () => cards.forEach((card) => card.refresh()),
    /** Opens again, for the viewer as they are now, what is open below a comment. */
    reopen: () => cards.forEach((card) => card.reopen()),
    /**
     * The card under which a reply is shown: its parent's, or, for one further in than the thread goes, the one above.
     * @param {any} comment
     */
    homeOf(comment) {
      const parent = list.find(comment.parent_id);
      return parent && parent.level >= discussion.story.policy.depth_max ? parent.parent : parent;
    },
  };
  return list;
}
