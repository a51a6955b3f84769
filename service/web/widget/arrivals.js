/**
 * What happens while the page is open, put where it belongs without moving what the reader is looking at.
 */

import { appendReply, isBeingAnswered, isUndisturbed, removeComment } from "./changes.js";
import { LiveNotice } from "./live-notice.js";

export class Arrivals {
  #discussion;

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    this.notice = new LiveNotice(discussion);
  }

  /**
   * One message of the live stream.
   * @param {string} kind
   * @param {any} data
   */
  onEvent(kind, data) {
    if (kind === "comment.published") this.#published(data);
    else if (kind === "comment.edited") this.#discussion.list.update(data);
    else if (kind === "comment.gone") this.#gone(data);
    else if (kind === "counts") this.#counted(data);
    else this.#storyChanged(data);
  }

  /** @param {any} changes what was missed: an answer of `/changes` */
  onChanges(changes) {
    const { list, pages } = this.#discussion;
    if (changes.reset) {
      // Too much has happened to be told one by one. Whoever is reading is not interrupted by it.
      if (isUndisturbed(this.#discussion) && !pages.isConversation) pages.load();
      else this.notice.outdated();
      return;
    }
    for (const comment of changes.comments) {
      // What has changed may also be old and further down than has been read; then it is none of this page's business.
      if (list.find(comment.id) || this.#isNew(comment)) this.#published(comment);
    }
    for (const gone of changes.gone) this.#gone(gone);
    this.#counted(changes);
  }

  /** @param {any} comment */
  #published(comment) {
    const { list, pages, viewing } = this.#discussion;
    viewing.settled(comment.id);
    if (list.find(comment.id)) list.update(comment);
    else if (comment.parent_id) appendReply(list, comment)?.arrived();
    else if (!pages.isConversation && this.#matches(comment)) this.#rootPublished(comment);
  }

  /**
   * Whether a changed comment that is not on the page belongs there.
   * @param {any} comment
   */
  #isNew(comment) {
    const { list, pages } = this.#discussion;
    return comment.parent_id ? !list.find(comment.parent_id)?.repliesCursor : pages.covers(comment.created_at);
  }

  /** @param {any} comment */
  #matches(comment) {
    const { side, about } = this.#discussion.pages.query;
    return (!side || comment.side === side) && (!about || comment.about === about);
  }

  /** @param {any} comment */
  #rootPublished(comment) {
    const { list, pages, words } = this.#discussion;
    if (pages.sort === "oldest") {
      // It stands at the end; of a list that is not read that far it is part of what is still to come.
      if (pages.isReadToTheEnd) for (const card of list.append([comment])) card.arrived();
    } else if (list.isEmpty || isUndisturbed(this.#discussion)) {
      list.prepend(comment).arrived();
      this.#discussion.announce(words.say("new_comments", { count: 1 }));
    } else {
      this.notice.add(comment);
    }
    pages.refreshEnd();
  }

  /** Puts at the top of the list what arrived while the reader was further down. */
  show() {
    if (this.notice.isOutdated) return this.#discussion.pages.load();
    const cards = this.notice.take().map((comment) => this.#discussion.list.prepend(comment));
    for (const card of cards) card.arrived();
    this.#discussion.focusOn(cards.at(-1)?.article);
  }

  /** @param {any} gone */
  #gone({ id, status, placeholder }) {
    const { list, viewing, pages } = this.#discussion;
    this.notice.drop(id);
    viewing.settled(id);
    const card = list.find(id);
    // Whoever is writing an answer goes on writing.
    const kept = card && isBeingAnswered(card) ? { ...card.comment, status, author: null, body: null, body_html: null } : null;
    removeComment(this.#discussion, id, placeholder ?? kept);
    pages.refreshEnd();
  }

  /** @param {any} told */
  #counted({ comment_count, counts, votes }) {
    const { story, list } = this.#discussion;
    this.#discussion.tell({ ...story, comment_count, counts });
    for (const [id, counted] of Object.entries(votes)) {
      const card = list.find(id);
      card?.update({ ...card.comment, votes: counted });
    }
  }

  /** @param {any} story as it is now; of one that was hidden only that */
  #storyChanged(story) {
    this.#discussion.tell({ ...this.#discussion.story, ...story });
    this.#discussion.list.refresh();
  }
}
