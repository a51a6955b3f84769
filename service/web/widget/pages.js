/**
 * The page that is the same for everyone: loaded by order and filter, continued, or replaced by the one conversation
 * that a link leads to.
 */

import { Problem } from "../shared/public-api.js";
import { fill, h } from "../shared/element.js";
import { ORDERS } from "./toolbar.js";

/** Roots on a page, and replies sent along with each comment. */
const PAGE = { limit: 20, replies: 3 };

/** @typedef {{sort: string | null, side: string | null, about: string | null}} Query a sort of null: the story's own */

export class Pages {
  #discussion;
  #loads = 0;
  /** @type {string | null} */
  #nextCursor = null;
  /** From when on every root is on the page, unless it has come since. */
  #coversSince = Infinity;

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    const sort = discussion.host.getAttribute("sort") ?? "";
    /** @type {Query} */
    this.query = { sort: Object.hasOwn(ORDERS, sort) ? sort : null, side: null, about: null };
    /** The first page, where the tag holds it: what `comments.html` answered, included by the host's server. */
    this.brought = this.query.sort ? null : broughtBy(discussion);
    /** One conversation is shown, reached by a link to a comment that the page did not have. */
    this.isConversation = false;
    this.conversation = h("div");
    this.end = h("div.more");
  }

  /** The order that is shown. */
  get sort() {
    return this.query.sort ?? this.#discussion.story.default_sort;
  }

  /** The last comment of this list is on the page. */
  get isReadToTheEnd() {
    return !this.#nextCursor;
  }

  /**
   * Whether a root of that time, if it belongs to this list, would be on the page.
   * @param {string} created_at
   */
  covers(created_at) {
    return !this.#nextCursor || Date.parse(created_at) >= this.#coversSince;
  }

  /**
   * Shows the list in another order, or another part of it.
   * @param {Partial<Query>} change
   */
  async show(change) {
    this.query = { ...this.query, ...change };
    const { words } = this.#discussion;
    if (await this.load()) this.#discussion.announce(words.say("now_showing", { order: words.say(`sort_${this.sort}`) }));
  }

  /** Another view of the story is wanted. @returns {() => boolean} whether it still is */
  begin() {
    const load = ++this.#loads;
    return () => load === this.#loads && !this.#discussion.signal.aborted;
  }

  /** Everything that is shown stands on the page. */
  complete() {
    this.#nextCursor = null;
  }

  /** @returns {Promise<any>} the page that is now shown; null when it failed or another was asked for meanwhile */
  async load() {
    const isWanted = this.begin();
    const { list } = this.#discussion;
    list.element.ariaBusy = "true";
    let page;
    try {
      [page] = await Promise.all([this.brought ?? this.#page(), this.#discussion.translated]);
      this.brought = null;
    } catch (error) {
      if (isWanted()) this.#showFailure(error);
      return null;
    }
    if (!isWanted()) return null;
    const { focused } = this.#discussion;
    this.isConversation = false;
    fill(this.conversation);
    list.clear();
    list.element.ariaBusy = null;
    this.#discussion.tell(page.story);
    this.#discussion.arrivals?.take();
    this.#add(page, true);
    // The button that asked for this list may have gone with the one before.
    if (focused && !this.#discussion.focused) this.#discussion.focusOn(null);
    return page;
  }

  /** @param {string} [cursor] */
  #page(cursor) {
    const { api, path, signal } = this.#discussion;
    return api.read(`${path}/comments`, { ...this.query, ...PAGE, cursor }, signal);
  }

  /**
   * @param {any} page
   * @param {boolean} [isFirst] what the editors chose from it then stands at the top
   */
  #add(page, isFirst) {
    const chosen = (/** @type {any} */ one) => (isFirst && one.featured ? 0 : 1);
    const added = this.#discussion.list.append(page.comments.toSorted((/** @type {any} */ a, /** @type {any} */ b) => chosen(a) - chosen(b)));
    this.#nextCursor = page.next_cursor;
    this.#coversSince = this.sort === "newest" ? Date.parse(page.comments.at(-1)?.created_at) : Date.now();
    this.#discussion.viewing.layOver();
    this.refreshEnd();
    return added;
  }

  /** What stands below the list: more of it, or why there is nothing. */
  refreshEnd() {
    const { words, list, entry } = this.#discussion;
    const { side, about } = this.query;
    fill(this.end,
      list.isEmpty && !(entry.invites && !side && !about) && h("p.empty", {}, words.say(side || about ? "empty_filter" : "empty")),
      this.#nextCursor && h("button.quiet", { onclick: () => this.#showMore() }, words.say("more")));
  }

  async #showMore() {
    const load = this.#loads;
    const page = await this.#asked(this.end, this.#page(this.#nextCursor ?? undefined));
    if (!page || load !== this.#loads) return;
    this.#discussion.focusOn(this.#add(page)[0]?.article);
  }

  /** @param {import("./comment-card.js").CommentCard} card whose next replies are wanted */
  async showMoreReplies(card) {
    const { api, list, viewing } = this.#discussion;
    const page = await this.#asked(
      card.panel, api.read(`v1/comments/${card.comment.id}/replies`, { cursor: card.repliesCursor, replies: PAGE.replies }));
    if (!page) return;
    const added = list.append(page.comments, card);
    card.repliesCursor = page.next_cursor;
    card.refresh();
    viewing.layOver();
    this.#discussion.focusOn(added[0]?.article ?? card.article);
  }

  /**
   * An answer; null when it failed, which is then told in `place`.
   * @param {HTMLElement} place
   * @param {Promise<any>} answer
   */
  async #asked(place, answer) {
    place.querySelector(".failure")?.remove();
    try {
      return await answer;
    } catch (error) {
      if (this.#discussion.signal.aborted) return null;
      if (!(error instanceof Problem)) throw error;
      place.append(h("p.failure", { role: "alert" }, this.#discussion.words.say("load_failed")));
      return null;
    }
  }

  /** @param {unknown} error */
  #showFailure(error) {
    if (!(error instanceof Problem)) throw error;
    const { words, story, list } = this.#discussion;
    const unknown = ["story-unknown", "not-found"].includes(error.slug);
    const text = words.say(unknown ? "unavailable" : "load_failed");
    const again = h("button.quiet", {
      onclick: () => (story ? this.load() : this.#discussion.start()),
    }, words.say("try_again"));
    list.element.ariaBusy = null;
    if (story) fill(this.end, h("p.failure", { role: "alert" }, text), again);
    else this.#discussion.fail(text, unknown ? null : again);
  }
}

/**
 * A page of this story that stands in the tag as data. It may be old by now: the live stream begins at its version.
 * @param {import("./discussion.js").Discussion} discussion
 * @returns {any} null when there is none, or none that can be read
 */
function broughtBy({ host, storyId }) {
  const data = host.querySelector("script[data-story-comments=page]")?.textContent;
  if (!data) return null;
  try {
    const page = JSON.parse(data);
    return page.story.id === storyId ? page : null;
  } catch (error) {
    reportError(error); // Spoilt on its way through the host's templates. The service still has it.
    return null;
  }
}
