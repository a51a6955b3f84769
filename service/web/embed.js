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

import { Discussion } from "./widget/discussion.js";
import { readingSheet } from "./widget/styles.js";

/** The service is wherever this file came from. */
const BASE = new URL("./", import.meta.url).href;

/** Begins loading when the reader is about this far away; until then nothing but this file is asked for. */
const NEAR_PX = 900;

/** @typedef {(options: {refresh: boolean}) => Promise<string | null | undefined>} GetToken */

export class StoryComments extends HTMLElement {
  static observedAttributes = ["story-id", "lang"];

  #shadow;
  /** @type {Discussion | null} */
  #discussion = null;
  /** @type {Promise<Discussion> | null} */
  #starting = null;
  /** @type {GetToken | null} */
  #getToken = null;
  /** @type {string | null} */
  #token = null;
  /** @type {Promise<string | null> | null} */
  #asking = null;
  /** @type {AbortController | null} */
  #leaving = null;

  constructor() {
    super();
    this.#shadow = this.attachShadow({ mode: "open" });
    this.#shadow.adoptedStyleSheets = [readingSheet]; // It also keeps room for what is to come.
  }

  connectedCallback() {
    for (const name of /** @type {const} */ (["token", "getToken"])) this.#upgrade(name);
    this.#restart();
  }

  disconnectedCallback() {
    this.#stop();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#leaving) this.#restart();
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
    const discussion = await this.#started();
    await discussion.discuss(anchor);
  }

  /** @param {"token" | "getToken"} name a property that the page set before this class was known */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete (/** @type {any} */ (this)[name]);
    /** @type {any} */ (this)[name] = value;
  }

  #restart() {
    this.#stop();
    this.#leaving = new AbortController();
    if (this.storyId) whenWanted(this, this.#leaving.signal, () => this.#started());
  }

  #stop() {
    this.#leaving?.abort();
    this.#leaving = null;
    this.#discussion?.stop();
    this.#discussion = this.#starting = null;
    // Until the discussion is there, whatever the page put inside the tag is shown.
    this.#shadow.replaceChildren(document.createElement("slot"));
  }

  /** The discussion, started at the first call. */
  #started() {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start() {
    this.#discussion = new Discussion(this, this.#shadow, BASE, (refresh, refused) => this.#askToken(refresh, refused));
    await this.#discussion.start();
    return this.#discussion;
  }

  /**
   * @param {boolean} refresh
   * @param {string | null} [refused] the token that has gone stale
   */
  async #askToken(refresh, refused) {
    // However many calls find the same token stale, the page is asked once: now, or a moment ago.
    const isStale = refresh && this.#token === (refused ?? null);
    if (this.#getToken && (isStale || !this.#token)) {
      this.#asking ??= this.#fromPage(this.#getToken, refresh);
      const asking = this.#asking;
      const token = await asking;
      if (asking === this.#asking) {
        this.#asking = null;
        this.#token = token;
      }
    }
    return this.#token;
  }

  /**
   * @param {GetToken} getToken
   * @param {boolean} refresh
   */
  async #fromPage(getToken, refresh) {
    try {
      return (await getToken({ refresh })) || null;
    } catch (error) {
      reportError(error); // The page's own mistake belongs in its own error log; the reader reads on without a token.
      return null;
    }
  }
}

/**
 * Calls `begin` once: when the element comes near the viewport, or when a link leads to a comment.
 * @param {Element} element
 * @param {AbortSignal} signal
 * @param {() => void} begin
 */
function whenWanted(element, signal, begin) {
  const linked = () => location.hash.startsWith("#comment-") && once();
  const once = () => {
    near.disconnect();
    removeEventListener("hashchange", linked);
    if (!signal.aborted) begin();
  };
  const near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && once(), {
    rootMargin: `${NEAR_PX}px`,
  });
  near.observe(element);
  signal.addEventListener("abort", () => near.disconnect());
  addEventListener("hashchange", linked, { signal });
  linked();
}

// A page that includes the script twice, or a second version of it, keeps the first.
if (!customElements.get("story-comments")) customElements.define("story-comments", StoryComments);
