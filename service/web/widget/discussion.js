/**
 * The discussion of one story in one element.
 *
 * Two layers that never mix. The page (pages.js) is the same for everyone and comes first. What belongs to the viewer
 * (viewing.js: rights, own held comments, votes) is a second, small answer that is laid over it, and over every page
 * after it. What happens meanwhile comes in by arrivals.js. This class holds what they share and says what a part may
 * ask of the others.
 */

import { Problem, PublicApi } from "../shared/public-api.js";
import { fill, h } from "../shared/element.js";
import { Words, declaredLanguage } from "../shared/words.js";
import { reading } from "../shared/words/en.js";
import { Drafts } from "./drafts.js";
import { Entry } from "./entry.js";
import { gate } from "./gate.js";
import { follow } from "./follow.js";
import { loadMore } from "./load-more.js";
import { Pages } from "./pages.js";
import { ThreadList } from "./thread-list.js";
import { Toolbar } from "./toolbar.js";
import { Viewing } from "./viewing.js";
import { visited } from "./visits.js";

/** What only a subscriber may do. Deleting one's own comment is always allowed. */
const FOR_SUBSCRIBERS = new Set(["up", "down", "reply", "report", "edit"]);

/** What no subscription helps against. */
const BARRED = new Set(["banned", "suspended"]);

/** "5 minutes ago" is said anew this often. */
const TICK_MS = 60_000;

export class Discussion {
  #shadow;
  #leaving = new AbortController();
  #count = h("span.count", { part: "count" });
  #own = h("button.textual.own", {
    hidden: true,
    onclick: () => this.more().then(({ openActivity }) => openActivity(this), () => this.announce(this.words.say("load_failed"))),
  });
  /** @type {(story: any) => void} */
  #know = () => {};
  #status = h("div.visually-hidden", { role: "status" });

  /**
   * @param {HTMLElement} host the `<story-comments>` element
   * @param {ShadowRoot} shadow its shadow root, which is this discussion's alone until it stops
   * @param {string} base address of the service
   * @param {import("../shared/api.js").AskToken} askToken
   */
  constructor(host, shadow, base, askToken) {
    this.host = host;
    this.#shadow = shadow;
    this.storyId = host.getAttribute("story-id") ?? "";
    /** Where the service keeps this story. */
    this.path = `v1/stories/${encodeURIComponent(this.storyId)}`;
    this.base = base;
    this.askToken = askToken;
    /** For what everyone may read; with a token too, once `more()` is there. @type {any} */
    this.api = new PublicApi(base);
    /** What the page says that it, and with it most comments, is written in; "" when it says nothing. */
    this.language = declaredLanguage(host);
    this.words = new Words(this.language);
    /** The text of a key, in the reader's language: see Words. @type {Words["say"]} */
    this.say = (key, values) => this.words.say(key, values);
    /** Kept once the texts are there in the reader's language. */
    this.translated = this.words.learn("reading", reading);
    /** @type {any} the story as the service tells it; null until the first page is there */
    this.story = null;
    /** @type {import("./visits.js").Visit | null} */
    this.lastVisit = null;
    /** Kept with the story once the first page is there. @type {Promise<any>} */
    this.known = new Promise((resolve) => {
      this.#know = resolve;
    });
    this.drafts = new Drafts(this.storyId);
    this.list = new ThreadList(this);
    this.pages = new Pages(this);
    /** What comes in while the page is open; null until that is followed. @type {import("./arrivals.js").Arrivals | null} */
    this.arrivals = null;
    this.viewing = new Viewing(this, askToken);
    this.toolbar = new Toolbar(this);
    this.entry = new Entry(this);
  }

  get viewer() {
    return this.viewing.viewer;
  }

  /** Ends when the element leaves the page or shows another story. */
  get signal() {
    return this.#leaving.signal;
  }

  async start() {
    this.viewing.load();
    const page = await this.pages.load();
    if (!page) return;
    const ticking = setInterval(() => this.#tick(), TICK_MS);
    this.signal.addEventListener("abort", () => clearInterval(ticking));
    this.emit("ready", this.#numbers());
    await follow(this, page.thread_version);
  }

  stop() {
    this.#leaving.abort();
    this.viewing.stop();
  }

  /** Draws what is said of the discussion as a whole. */
  refresh() {
    const { signedIn } = this.viewer;
    this.#own.hidden = !signedIn;
    fill(this.#own, signedIn && this.words.say("activity"));
    this.entry.refresh();
  }

  /** @param {any} story as it is now */
  tell(story) {
    const first = !this.story;
    const before = this.story?.comment_count;
    this.story = story;
    if (first) this.#layOut();
    this.#know(story);
    const { comment_count: count } = story;
    if (first) this.lastVisit = visited(this.storyId, count);
    const fresh = this.lastVisit ? count - this.lastVisit.count : 0;
    fill(this.#count, count > 0 && this.words.say("count", { count }),
      fresh > 0 && ` · ${this.words.say("fresh_since", { count: fresh })}`);
    this.toolbar.refresh();
    this.entry.refresh();
    if (!first && before !== story.comment_count) this.emit("count", this.#numbers());
  }

  #numbers() {
    const { comment_count, counts } = this.story;
    return { storyId: this.storyId, count: comment_count, bySide: counts.by_side, byAnchor: counts.by_anchor };
  }

  #layOut() {
    const heading = h("h2.heading", { id: "heading", part: "heading", tabIndex: -1 }, this.words.say("heading"));
    fill(this.#shadow,
      h("section", { "aria-labelledby": "heading", lang: this.words.locale, dir: this.words.dir },
        h("div.top", {}, heading, this.#count, this.#own),
        this.entry.element, this.toolbar.element, this.pages.conversation, this.list.element, this.pages.end),
      this.#status);
  }

  /**
   * Says why there is no discussion at all.
   * @param {string} text
   * @param {Node | null} way what can be done about it
   */
  fail(text, way) {
    fill(this.#shadow, h("div.gate", {}, h("p", { role: "alert" }, text), way));
  }

  /**
   * Does what a button of a comment says, or shows the way in to whoever may not.
   * @param {string} name
   * @param {import("./comment-card.js").CommentCard} card
   * @param {boolean} [focus] whether the focus follows
   */
  async act(name, card, focus = true) {
    await this.viewing.ready;
    if (FOR_SUBSCRIBERS.has(name) && (!this.viewer.entitled || BARRED.has(this.viewer.problem))) {
      const way = gate(this, name === "reply" && this.drafts.has(card.comment.id));
      card.open(way, name);
      if (focus) way.focus();
      return;
    }
    const more = await this.more().catch(() => null);
    if (more) await more.act(name, this, card, focus);
    else card.fail(this.words.say("load_failed"));
  }

  /**
   * All that is not needed to read, and its texts. Loaded once; after a failure it is asked for again. Rejects with a
   * Problem.
   */
  async more() {
    const more = await loadMore().catch(() => {
      throw new Problem("unreachable", 0);
    });
    await more.learnToWrite(this);
    return more;
  }

  /**
   * Shows what is said about one part of the story, and offers to add to it.
   * @param {string} anchorId
   */
  async discuss(anchorId) {
    if (!this.story) return;
    await this.pages.show({ about: anchorId, side: null });
    this.entry.about(anchorId);
    this.host.scrollIntoView({ block: "start" });
  }

  /**
   * A part of the story, or of an earlier version of it.
   * @param {string | null} id
   */
  anchor(id) {
    const named = (/** @type {any} */ one) => one.id === id;
    return this.story.anchors.find(named) ?? this.story.earlier_anchors.find(named);
  }

  /**
   * Where the page shows an anchor, if it does.
   * @param {string} id
   * @returns {HTMLElement | null}
   */
  placeOf(id) {
    return document.querySelector(`[data-story-comments-anchor="${CSS.escape(id)}"]`);
  }

  /** The element of this discussion that has the focus. */
  get focused() {
    return this.#shadow.activeElement;
  }

  /** @param {Element | null | undefined} element null: what was there is gone, the heading takes its place */
  focusOn(element) {
    const target = /** @type {HTMLElement} */ (element ?? this.#shadow.querySelector("#heading"));
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest" });
  }

  /**
   * Tells the page that hosts this discussion.
   * @param {string} name
   * @param {Record<string, unknown>} detail
   * @returns {boolean} false when the page takes the matter on itself
   */
  emit(name, detail) {
    return this.host.dispatchEvent(
      new CustomEvent(`story-comments:${name}`, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  /** @param {string} text to be read out */
  announce(text) {
    this.#status.textContent = text;
  }

  /** @param {CSSStyleSheet} looks of a part that was loaded later */
  adopt(looks) {
    const { adoptedStyleSheets } = this.#shadow;
    if (!adoptedStyleSheets.includes(looks)) this.#shadow.adoptedStyleSheets = [...adoptedStyleSheets, looks];
  }

  #tick() {
    if (!document.hidden) visited(this.storyId, this.story.comment_count);
    for (const time of this.#shadow.querySelectorAll("time")) time.textContent = this.words.ago(time.dateTime);
  }
}
