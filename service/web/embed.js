/**
 * `<story-comments story-id="…">`: the only script that a story page includes.
 *
 *     <script type="module" src="https://comments.example/embed.js"></script>
 *     <story-comments story-id="2026-11-20-cloud-deal"></story-comments>
 *
 * Attributes
 *   story-id    the publisher's own key of the story; required
 *   sort        the order to start with: newest, oldest, best, most_replied, controversial; otherwise the story's own
 *   login-url   where "Log in" leads, unless the page handles the event
 *   lang        language of texts, dates and numbers; otherwise that of the nearest element with one, or the page's
 * Properties and methods
 *   getToken           async () => token or null; called as getToken({refresh: true}) when the last one went stale
 *   token              the reader's token, for pages that have it at hand; null signs out
 *   refreshViewer()    asks for the token and the reader's rights anew, after a login or a purchase
 *   discuss(anchor)    shows what is said about one part of the story, and offers to add to it
 * Events (bubbling, composed; those marked * can be cancelled, and the link is then not followed)
 *   story-comments:ready            the first page is shown; detail {storyId, count, bySide, byAnchor}
 *   story-comments:login *          "Log in" was chosen; detail {storyId}
 *   story-comments:subscribe *      "Subscribe to comment" was chosen; detail {storyId, url}
 *   story-comments:renew *          "Renew your subscription" was chosen; detail {storyId, url}
 *   story-comments:token-expired    a token was refused and no newer one was given
 *   story-comments:posted           the reader's comment was taken; detail {comment}
 *   story-comments:count            the number of comments changed; detail as of ready
 * Parts: heading, count, gate, composer, toolbar, comment, author, body, actions
 * Custom properties: see the head of widget/styles.js; each begins with --story-comments-
 *
 * The token lives in this element's memory, nowhere else. Nothing is global: several elements on a page know nothing
 * of one another.
 */

import "./shared/words/en.js"; // What is said first: in this order the packer finds most.
import { discussionOf } from "./widget/discussion.js";
import { fill, h } from "./shared/element.js";
import { readingSheet } from "./widget/styles.js";

/** The service is wherever this file came from. */
const BASE = new URL("./", import.meta.url).href;

/** Begins loading when the reader is about this far away; until then nothing but this file is asked for. */
const NEAR = "900px";

/** @typedef {(options: {refresh: boolean}) => Promise<string | null | undefined>} GetToken */

export class StoryComments extends HTMLElement {
  static observedAttributes = ["story-id", "lang"];

  #shadow = this.attachShadow({ mode: "open" });
  /** @type {import("./widget/discussion.js").Discussion | null} */
  #discussion = null;
  /** @type {GetToken | null} */
  #getToken = null;
  /** @type {string | null} */
  #token = null;
  /** @type {Promise<any> | null} */
  #asking = null;
  /** @type {AbortController | null} */
  #leaving = null;

  connectedCallback() {
    this.#shadow.adoptedStyleSheets = [readingSheet]; // It also keeps room for what is to come.
    // What the page set before this class was known.
    const { token, getToken } = this;
    delete (/** @type {any} */ (this).token);
    delete (/** @type {any} */ (this).getToken);
    Object.assign(this, { token, getToken });
    this.#restart();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    if (this.#leaving) this.#restart();
  }

  get storyId() {
    return this.getAttribute("story-id") ?? "";
  }

  get token() {
    return this.#token;
  }

  set token(token) {
    this.#token = token || null;
    this.#discussion?.viewing.load();
  }

  get getToken() {
    return this.#getToken;
  }

  set getToken(getToken) {
    this.#getToken = getToken;
    this.refreshViewer();
  }

  refreshViewer() {
    if (this.#getToken) this.#token = null;
    this.#asking = null;
    return this.#discussion?.viewing.load();
  }

  /** @param {string} anchor id of one of the story's anchors */
  async discuss(anchor) {
    await (await this.#start()).discuss(anchor);
  }

  /** Begins once: when this comes near the viewport, or when a link leads to a comment. */
  #restart() {
    this.#stop();
    const { signal } = (this.#leaving = new AbortController());
    if (!this.storyId) return;
    const begin = () => {
      near.disconnect();
      if (!signal.aborted) this.#start();
    };
    const linked = () => location.hash.startsWith("#comment-") && begin();
    const near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && begin(), { rootMargin: NEAR });
    near.observe(this);
    signal.addEventListener("abort", () => near.disconnect());
    addEventListener("hashchange", linked, { signal });
    linked();
  }

  #stop() {
    this.#leaving?.abort();
    this.#discussion?.stop();
    this.#leaving = this.#discussion = null;
    // Until the discussion is there, whatever the page put inside the tag is shown.
    fill(this.#shadow, h("slot"));
  }

  /** @returns {Promise<import("./widget/discussion.js").Discussion>} the discussion, once it is there; begun at the first call */
  #start() {
    this.#discussion ??= discussionOf(this, this.#shadow, BASE, (refresh, refused) => this.#askToken(refresh, refused));
    return this.#discussion.started;
  }

  /**
   * @param {boolean} refresh
   * @param {string | null} [refused] the token that has gone stale
   */
  async #askToken(refresh, refused = null) {
    // However many calls find the same token stale, the page is asked once: now, or a moment ago.
    if (this.#getToken && (!this.#token || (refresh && this.#token === refused))) {
      // The page's own mistake belongs in its own error log; the reader reads on without a token.
      const asking = (this.#asking ??= Promise.resolve({ refresh }).then(this.#getToken).catch(reportError));
      const token = await asking;
      if (asking === this.#asking) {
        this.#asking = null;
        this.#token = token || null;
      }
    }
    return this.#token;
  }
}

// A page that includes the script twice, or a second version of it, keeps the first.
if (!customElements.get("story-comments")) customElements.define("story-comments", StoryComments);
