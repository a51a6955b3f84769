/**
 * What happens while the page is open, put where it belongs without moving what the reader is looking at. "3 new comments":
 * what would move it waits until it is asked for.
 */

import { button, h } from "../shared/element.js";
import { removeComment } from "./changes.js";
import { FORMS } from "./comment-card.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @returns {Record<string, (data?: any) => any>} what each event of the stream does; `changes` takes in an answer of
 *   `/changes`; after `clear` nothing waits any more
 */
export function arrivalsOf(discussion) {
  const { list, pages, viewing, say } = discussion;
  /** Roots that are not on the page. @type {Map<string, any>} */
  const waiting = new Map();
  /** So much has happened that the list is to be read anew. */
  let isOutdated = false;
  const notice = h("div.notice", { role: "status" });
  const show = button(".primary", "", () => {
    if (isOutdated) return pages.load();
    let top;
    for (const comment of waiting.values()) top = prepended(comment);
    arrivals.clear();
    discussion.focusOn(top?.article);
  });
  list.element.before(notice);

  function draw() {
    show.textContent = say(isOutdated ? "new_many" : "new_comments", { count: waiting.size });
    // The same button stays where it is, with the focus that it may have.
    if (!isOutdated && !waiting.size) show.remove();
    else if (!show.isConnected) notice.append(show);
  }

  /** Nobody is in the middle of the list: what is put at its top moves nothing that is being read or written. */
  const isUndisturbed = () => list.element.getBoundingClientRect().top >= 0 && !list.element.contains(discussion.focused);

  function prepended(/** @type {any} */ comment) {
    const card = list.prepend(comment);
    card.arrived();
    return card;
  }

  function published(/** @type {any} */ comment) {
    const { id, parent_id } = comment;
    const { side, about } = pages.query;
    const parent = list.homeOf(comment);
    viewing.settled(id);
    if (list.find(id)) {
      list.update(comment);
    } else if (parent?.repliesCursor) {
      // A branch that is not read to its end has one more comment that is still to come.
      parent.comment.direct_reply_count++;
      parent.refresh();
    } else if (parent) {
      list.append([comment], parent)[0].arrived();
    } else if (!parent_id && !pages.isConversation && (!side || comment.side === side) && (!about || comment.about === about)) {
      if (pages.sort === "oldest") {
        // It stands at the end; of a list that is not read that far it is part of what is still to come.
        if (!pages.nextCursor) list.append([comment])[0].arrived();
      } else if (!list.cards.size || isUndisturbed()) {
        prepended(comment);
        discussion.announce(say("new_comments", { count: 1 }));
      } else {
        waiting.set(id, comment);
        draw();
      }
      pages.refreshEnd();
    }
  }

  function gone(/** @type {any} */ { id, status, placeholder }) {
    waiting.delete(id);
    draw();
    viewing.settled(id);
    // Whoever is writing an answer goes on writing.
    removeComment(discussion, id, (placeholder || FORMS.includes(list.find(id)?.opened.act)) && status);
    pages.refreshEnd();
  }

  /** @param {any} now what holds for the story now: counts, or all of it, or of one that was hidden only that */
  function told(now) {
    discussion.tell({ ...discussion.story, ...now });
    for (const id in now.votes) list.update({ ...list.find(id)?.comment, id, votes: now.votes[id] });
  }

  /** @type {Record<string, (data?: any) => any>} */
  const arrivals = {
    "comment.published": published,
    "comment.edited": list.update,
    "comment.gone": gone,
    counts: told,
    "story.changed"(story) {
      told(story);
      list.refresh();
    },
    changes(changes) {
      if (!changes.reset) {
        for (const comment of changes.comments) {
          // What has changed may also be old and further down than has been read; then it is none of this page's business.
          const { id, parent_id, created_at } = comment;
          if (list.find(id) || (parent_id ? !list.find(parent_id)?.repliesCursor : pages.covers(created_at))) published(comment);
        }
        changes.gone.forEach(gone);
        told(changes);
      // Too much has happened to be told one by one. Whoever is reading is not interrupted by it.
      } else if (isUndisturbed() && !pages.isConversation) {
        pages.load();
      } else {
        isOutdated = true;
        draw();
      }
    },
    clear() {
      waiting.clear();
      isOutdated = false;
      draw();
    },
  };
  return arrivals;
}
