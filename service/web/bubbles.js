/**
 * Small bubbles beside the parts of a story that comments may be about: each shows how many there are, and opens the
 * discussion there.
 *
 *     <script type="module" src="https://comments.example/bubbles.js"></script>
 *     <p data-story-comments-anchor="key-point-1">The agreement is dissolved.</p>
 *     <story-comments story-id="2026-11-20-cloud-deal"></story-comments>
 *
 * A bubble is a `<story-comments-bubble anchor="…">` at the end of the part; a page may also place one itself, where it
 * likes. It belongs to the page's first discussion, or to the one whose id its `for` attribute names. A page that adds
 * parts later imports `addBubbles` and calls it again. Part: button.
 */

import { fill, h, sheet } from "./shared/element.js";
import { icon } from "./shared/icon.js";
import { declaredLanguage, wordsIn } from "./shared/words.js";
import { parts } from "./shared/words/en.js";

const NAME = "data-story-comments-anchor";
const SPEECH = "M2 3h12v8H7l-3 3v-3H2z";

const looks = sheet(`
:host { display: inline-block; vertical-align: middle; margin-inline-start: .35em }
:host([hidden]) { display: none }
button {
  all: unset; display: inline-flex; align-items: center; justify-content: center; gap: .25em; cursor: pointer; box-sizing: border-box;
  min-inline-size: 1.5rem; min-block-size: 1.5rem; font-size: .75rem; font-weight: 600; line-height: 1; border-radius: 3px;
  color: color-mix(in srgb, currentColor 74%, transparent);
}
button:hover { color: var(--story-comments-accent, currentColor) }
button:focus-visible { outline: 2px solid; outline-offset: 1px }
svg { inline-size: 1.25em; block-size: 1.25em; fill: none; stroke: currentColor; stroke-width: 1.4; stroke-linejoin: round }
`);

/** What stories' own answers say, asked for once by however many bubbles. @type {Map<string, Promise<Record<string, number>>>} */
const counted = new Map();

export class StoryCommentsBubble extends HTMLElement {
  static observedAttributes = ["anchor", "for", "lang"];

  #shadow;
  /** @type {AbortController | null} */
  #leaving = null;
  #count = 0;

  constructor() {
    super();
    this.#shadow = this.attachShadow({ mode: "open" });
    this.#shadow.adoptedStyleSheets = [looks];
  }

  connectedCallback() {
    this.#leaving = new AbortController();
    for (const name of ["ready", "count"]) {
      addEventListener(`story-comments:${name}`, (event) => this.#told(/** @type {CustomEvent} */ (event)),
        { signal: this.#leaving.signal });
    }
    this.#start();
  }

  disconnectedCallback() {
    this.#leaving?.abort();
  }

  attributeChangedCallback() {
    if (this.isConnected && this.#leaving) this.#start();
  }

  get anchor() {
    return this.getAttribute("anchor") ?? "";
  }

  /** @returns {any} the discussion that it belongs to */
  get #discussion() {
    const id = this.getAttribute("for");
    return id ? document.getElementById(id) : document.querySelector("story-comments");
  }

  async #start() {
    this.#show();
    const story = this.#discussion?.getAttribute("story-id");
    if (!story) return;
    if (!counted.has(story)) counted.set(story, countsOf(story));
    const counts = await counted.get(story);
    if (this.isConnected && counts) this.#set(counts);
  }

  /** @param {CustomEvent} told */
  #told({ target, detail }) {
    if (target !== this.#discussion) return;
    counted.set(detail.storyId, Promise.resolve(detail.byAnchor));
    this.#set(detail.byAnchor);
  }

  /** @param {Record<string, number>} counts by anchor */
  #set(counts) {
    this.#count = counts[this.anchor] ?? 0;
    this.#show();
  }

  async #show() {
    const words = wordsIn(declaredLanguage(this));
    await words.learn("parts", parts);
    const count = this.#count;
    const name = count ? words.say("discuss_count", { count }) : words.say("discuss");
    const button = this.#shadow.querySelector("button") ?? h("button", { part: "button", onclick: () => this.#open() });
    button.title = button.ariaLabel = name;
    fill(button, icon(SPEECH), count > 0 && h("span", {}, words.number(count)));
    if (!button.isConnected) fill(this.#shadow, button);
  }

  #open() {
    this.#discussion?.discuss(this.anchor);
  }
}

/**
 * @param {string} story
 * @returns {Promise<Record<string, number>>}
 */
async function countsOf(story) {
  try {
    const answer = await fetch(new URL(`v1/stories/${encodeURIComponent(story)}`, import.meta.url), { credentials: "omit" });
    return answer.ok ? (await answer.json()).counts.by_anchor : {};
  } catch (error) {
    reportError(error); // Not reachable: the bubbles lead to the discussion all the same.
    return {};
  }
}

/**
 * Puts a bubble at the end of each part of the story that has none.
 * @param {ParentNode} [root]
 */
export function addBubbles(root = document) {
  for (const part of root.querySelectorAll(`[${NAME}]`)) {
    const anchor = part.getAttribute(NAME) ?? "";
    if (!anchor || document.querySelector(`story-comments-bubble[anchor="${CSS.escape(anchor)}"]`)) continue;
    const bubble = document.createElement("story-comments-bubble");
    bubble.setAttribute("anchor", anchor);
    // At the end of the text, not below it.
    (part.querySelector(":scope > p:last-child") ?? part).append(bubble);
  }
}

if (!customElements.get("story-comments-bubble")) customElements.define("story-comments-bubble", StoryCommentsBubble);
addBubbles();
