/**
 * The discussion of one story in one element.
 *
 * Two layers that never mix. The page (pages.js) is the same for everyone and comes first. What belongs to the viewer
 * (viewing.js: rights, own held comments, votes) is a second, small answer that is laid over it, and over every page
 * after it. What happens meanwhile comes in by arrivals.js. The object made here holds what they share and says what a
 * part may ask of the others; each part is a function of it.
 */

import { publicApi } from "../shared/public-api.js";
import { fill, h, refocus } from "../shared/element.js";
import { declaredLanguage, wordsIn } from "../shared/words.js";
import { reading } from "../shared/words/en.js";
import { draftsOf } from "./drafts.js";
import { entryOf } from "./entry.js";
import { follow } from "./follow.js";
import { gate } from "./gate.js";
import { loadMore } from "./load-more.js";
import { pagesOf } from "./pages.js";
import { listOf } from "./thread-list.js";
import { toolbarOf } from "./toolbar.js";
import { viewingOf } from "./viewing.js";
import { visited } from "./visits.js";

/** What only a subscriber may do. Deleting one's own comment is always allowed. */
const FOR_SUBSCRIBERS = ["up", "down", "reply", "report", "edit"];

/** "5 minutes ago" is said anew this often. */
const TICK_MS = 60_000;

/** @typedef {ReturnType<typeof discussionOf>} Discussion */

/**
 * @param {import("../embed.js").StoryComments} host the `<story-comments>` element
 * @param {ShadowRoot} shadow its shadow root, which is this discussion's alone until it stops
 * @param {string} base address of the service
 * @param {import("../shared/api.js").AskToken} askToken
 */
export function discussionOf(host, shadow, base, askToken) {
  const leaving = new AbortController();
  const { signal } = leaving;
  const { storyId } = host;
  const language = declaredLanguage(host);
  const words = wordsIn(language);
  const { say } = words;
  const count = h("span.count", { part: "count" });
  const status = h("div.visually-hidden", { role: "status" });
  const heading = h("h2.heading", { id: "heading", part: "heading", tabIndex: -1 });
  const top = h("div.top", heading, count);

  /** @type {any} */
  const discussion = {
    host,
    shadow,
    storyId,
    base,
    askToken,
    signal,
    /** Where the service keeps this story. */
    path: `v1/stories/${encodeURIComponent(storyId)}`,
    /** For what everyone may read; with a token too, once `more()` is there. */
    api: publicApi(base),
    /** What the page says that it, and with it most comments, is written in; "" when it says nothing. */
    language,
    /** The line that names the discussion. */
    top,
    words,
    say,
    /** Kept once the texts are there in the reader's language. */
    translated: words.learn("reading", reading),
    /** The story as the service tells it; null until the first page is there. */
    story: null,
    /** The visit before this one; null at the first. @type {import("./visits.js").Visit | null} */
    lastVisit: null,
    /** Kept with the first page. @type {Promise<any> | null} */
    loaded: null,

    /** @type {import("./viewing.js").Viewer} */
    get viewer() {
      return discussion.viewing.viewer;
    },

    /** The element of this discussion that has the focus. */
    get focused() {
      return shadow.activeElement;
    },

    stop() {
      leaving.abort();
      discussion.viewing.stop();
    },

    /** Begins once more, where the first page could not be had. */
    start,

    /** @param {any} story as it is now */
    tell(story) {
      const before = discussion.story;
      const { comment_count } = story;
      discussion.story = story;
      if (!before) {
        discussion.lastVisit = visited(storyId, comment_count);
        fill(heading, say("heading"));
        fill(shadow,
          h("section", { "aria-labelledby": "heading", lang: words.locale, dir: words.dir },
            top,
            discussion.entry.element, discussion.toolbar.element, discussion.pages.conversation, discussion.list.element, discussion.pages.end),
          status);
      }
      const fresh = comment_count - (discussion.lastVisit?.count ?? comment_count);
      fill(count, comment_count > 0 && say("count", { count: comment_count }), fresh > 0 && ` · ${say("fresh_since", { count: fresh })}`);
      discussion.toolbar.refresh();
      discussion.entry.refresh();
      discussion.pages.refreshEnd();
      if (before && before.comment_count !== comment_count) tell("count");
    },

    /** Says why there is no discussion at all. @param {import("../shared/element.js").Child} said */
    fail: (said) => fill(shadow, h("div.gate", said)),

    /**
     * Does what a button of a comment says, or shows the way in to whoever may not.
     * @param {string} name
     * @param {import("./comment-card.js").Card} card
     * @param {boolean} [focus] whether the focus follows
     */
    async act(name, card, focus = true) {
      await discussion.viewing.ready;
      const { viewer } = discussion;
      if (FOR_SUBSCRIBERS.includes(name) && (!viewer.entitled || viewer.barred)) {
        const way = gate(discussion, name === "reply" && discussion.drafts.read(card.comment.id));
        card.open(way, name);
        if (focus) way.focus();
        return;
      }
      const more = await discussion.more();
      if (more) await more.act(name, discussion, card, focus);
      else card.fail(say("load_failed"));
    },

    /** All that is not needed to read, and its texts; nothing where it cannot be had just now. */
    async more() {
      const more = await loadMore().catch(() => null);
      await more?.learnToWrite(discussion);
      return more;
    },

    /**
     * Shows what is said about one part of the story, and offers to add to it.
     * @param {string} about
     */
    async discuss(about) {
      if (!discussion.story) return;
      await discussion.pages.show({ about, side: null });
      discussion.entry.choose("about", about);
      host.scrollIntoView({ block: "start" });
    },

    /**
     * A part of the story, or of an earlier version of it.
     * @param {string | null} id
     */
    anchor: (id) => [...discussion.story.anchors, ...discussion.story.earlier_anchors].find((one) => one.id === id),

    /** @param {HTMLElement | null | undefined} element null: what was there is gone, the heading takes its place */
    focusOn(element) {
      const target = element ?? heading;
      refocus(target);
      target.scrollIntoView({ block: "nearest" });
    },

    /**
     * Tells the page that hosts this discussion.
     * @param {string} name
     * @param {Record<string, unknown>} detail
     * @returns {boolean} false when the page takes the matter on itself
     */
    emit: (name, detail) => host.dispatchEvent(
      new CustomEvent(`story-comments:${name}`, { detail, bubbles: true, composed: true, cancelable: true })),

    /** @param {string} text to be read out */
    announce(text) {
      status.textContent = text;
    },
  };

  async function start() {
    discussion.viewing.load();
    const page = await (discussion.loaded = discussion.pages.load());
    if (page) {
      const ticking = setInterval(tick, TICK_MS);
      signal.addEventListener("abort", () => clearInterval(ticking));
      tell("ready");
      await follow(discussion, page.thread_version);
    }
    return discussion;
  }

  function tell(/** @type {string} */ name) {
    const { comment_count, counts } = discussion.story;
    discussion.emit(name, { storyId, count: comment_count, bySide: counts.by_side, byAnchor: counts.by_anchor });
  }

  function tick() {
    if (!document.hidden) visited(storyId, discussion.story.comment_count);
    for (const time of shadow.querySelectorAll("time")) time.textContent = words.ago(time.dateTime);
  }

  Object.assign(discussion, {
    drafts: draftsOf(storyId),
    list: listOf(discussion),
    pages: pagesOf(discussion),
    viewing: viewingOf(discussion, askToken),
    toolbar: toolbarOf(discussion),
    entry: entryOf(discussion),
  });
  /** Kept with this, once the first page is there or could not be had. */
  discussion.started = start();
  return discussion;
}
