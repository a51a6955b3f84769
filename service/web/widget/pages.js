/**
 * The page that is the same for everyone: loaded by order and filter, continued, or replaced by the one conversation
 * that a link leads to.
 */

import { Problem } from "../shared/public-api.js";
import { button, failure, fill, h, refocus } from "../shared/element.js";
import { ORDERS } from "./toolbar.js";

/** Roots on a page, and replies sent along with each comment. */
const PAGE = { limit: 20, replies: 3 };

/** @param {import("./discussion.js").Discussion} discussion */
export function pagesOf(discussion) {
  const { say, path, signal, api } = discussion;
  let loads = 0;
  /** From when on every root is on the page, unless it has come since. */
  let coversSince = Infinity;
  const sort = discussion.host.getAttribute("sort") ?? "";
  /** @type {{sort: string | null, side: string | null, about: string | null}} a sort of null: the story's own */
  const query = { sort: ORDERS.includes(sort) ? sort : null, side: null, about: null };
  /** The first page, where the tag holds it: what `comments.html` answered, included by the host's server. */
  let brought = query.sort ? null : broughtBy(discussion);

  const pageAt = (/** @type {string | null} */ cursor) => api.read(`${path}/comments`, { ...query, ...PAGE, cursor }, signal);

  const pages = {
    query,
    /** One conversation is shown, reached by a link to a comment that the page did not have. */
    isConversation: false,
    /** Where this list goes on; null at its end. @type {string | null} */
    nextCursor: null,
    conversation: h("div"),
    end: h("div.more"),

    /** The order that is shown. */
    get sort() {
      return query.sort ?? discussion.story.default_sort;
    },
    /**
     * Whether a root of that time, if it belongs to this list, would be on the page.
     * @param {string} created_at
     */
    covers: (created_at) => !pages.nextCursor || Date.parse(created_at) >= coversSince,

    /**
     * Shows the list in another order, or another part of it.
     * @param {Partial<typeof query>} change
     */
    async show(change) {
      Object.assign(query, change);
      if (await pages.load()) discussion.announce(`${say("sort")}: ${say(`sort_${pages.sort}`)}`);
    },

    /** Another view of the story is wanted. @returns {() => boolean} whether it still is */
    begin() {
      const load = ++loads;
      return () => load === loads && !signal.aborted;
    },

    /** @returns {Promise<any>} the page that is now shown; null when it failed or another was asked for meanwhile */
    async load() {
      const isWanted = pages.begin();
      const { list } = discussion;
      list.element.ariaBusy = "true";
      let page;
      try {
        [page] = await Promise.all([brought ?? pageAt(null), discussion.translated]);
        brought = null;
      } catch (error) {
        if (isWanted()) failed(error);
        return null;
      }
      if (!isWanted()) return null;
      const { focused } = discussion;
      pages.isConversation = false;
      fill(pages.conversation);
      list.clear();
      list.element.ariaBusy = null;
      discussion.tell(page.story);
      discussion.arrivals?.clear();
      add(page, true);
      // The button that asked for this list may have gone with the one before.
      if (focused && !discussion.focused) discussion.focusOn(null);
      return page;
    },

    /** What stands below the list: more of it, why there is nothing, or what nobody has argued yet. */
    refreshEnd() {
      const { list, entry, story } = discussion;
      const filtered = query.side || query.about;
      const hadFocus = pages.end.contains(discussion.focused);
      fill(pages.end,
        !filtered && pages.sort === "balanced" && story.sides.filter((/** @type {any} */ { id }) => !story.counts.by_side[id]).map(
          (/** @type {any} */ { id, label, claim }) => h("p.note", say("unargued", { side: label }), " ", claim && h("q", { dir: "auto" }, claim), " ",
            button(".textual", say("empty"), () => entry.choose("side", id)))),
        !list.cards.size && (filtered || !entry.invites) && h("p.empty", say(filtered ? "empty_filter" : "empty")),
        pages.nextCursor && button(".quiet", say("more"), showMore));
      if (hadFocus) refocus(pages.end.querySelector("button:last-child"));
    },

    /** @param {import("./comment-card.js").Card} card whose next replies are wanted */
    async showMoreReplies(card) {
      const page = await asked(
        card.panel, api.read(`v1/comments/${card.comment.id}/replies`, { cursor: card.repliesCursor, replies: PAGE.replies }));
      if (!page) return;
      const added = discussion.list.append(page.comments, card);
      card.repliesCursor = page.next_cursor;
      card.refresh();
      discussion.viewing.layOver();
      discussion.focusOn((added[0] ?? card).article);
    },
  };

  /**
   * @param {any} page
   * @param {boolean} [isFirst] what the editors chose from it then stands at the top
   */
  function add(page, isFirst) {
    const { comments } = page;
    const chosen = (/** @type {any} */ one) => Number(isFirst && !one.featured);
    const added = discussion.list.append(comments.toSorted((/** @type {any} */ a, /** @type {any} */ b) => chosen(a) - chosen(b)));
    pages.nextCursor = page.next_cursor;
    coversSince = pages.sort === "newest" ? Date.parse(comments.at(-1)?.created_at) : Date.now();
    discussion.viewing.layOver();
    pages.refreshEnd();
    return added;
  }

  async function showMore() {
    const load = loads;
    const page = await asked(pages.end, pageAt(pages.nextCursor));
    if (page && load === loads) discussion.focusOn(add(page)[0]?.article);
  }

  /**
   * An answer; null when it failed, which is then told in `place`.
   * @param {HTMLElement} place
   * @param {Promise<any>} answer
   */
  async function asked(place, answer) {
    place.querySelector(".failure")?.remove();
    try {
      return await answer;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      place.append(failure(say("load_failed")));
    }
  }

  /** @param {unknown} error */
  function failed(error) {
    if (!(error instanceof Problem)) throw error;
    const { story, list } = discussion;
    const unknown = ["story-unknown", "not-found"].includes(error.slug);
    list.element.ariaBusy = null;
    const told = [failure(say(unknown ? "unavailable" : "load_failed")), !unknown && button(".quiet", say("try_again"), story ? pages.load : discussion.start)];
    if (story) fill(pages.end, told);
    else discussion.fail(told);
  }

  return pages;
}

/**
 * A page of this story that stands in the tag as data. It may be old by now: the live stream begins at its version.
 * @param {import("./discussion.js").Discussion} discussion
 * @returns {any} null when there is none, or none that can be read
 */
function broughtBy({ host, storyId }) {
  try {
    const page = JSON.parse(host.querySelector("script[data-story-comments=page]")?.textContent || "null");
    return page?.story.id === storyId ? page : null;
  } catch (error) {
    reportError(error); // Spoilt on its way through the host's templates. The service still has it.
  }
}
