/**
 * The newest comments of a whole site, or those that its newsroom has chosen: for a front page, or the foot of a story.
 *
 *     <script type="module" src="https://comments.example/latest.js"></script>
 *     <story-comments-latest site="main" limit="5"></story-comments-latest>
 *     <story-comments-latest site="main" featured></story-comments-latest>
 *
 * Attributes: `site`, required; `featured`; `limit`, 1 to 50, otherwise 5; `lang`, otherwise the page's.
 * Parts: list, item, excerpt, byline. What stands in the tag is shown until the comments are there, and when there are none.
 */

import { fill, h, sheet } from "./shared/element.js";
import { safeHref } from "./shared/safe-html.js";
import { declaredLanguage, wordsIn } from "./shared/words.js";
import { parts } from "./shared/words/en.js";

const looks = sheet(`
:host { display: block }
:host([hidden]) { display: none }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1em }
a { color: inherit; text-decoration: none; display: block }
a:hover q, a:focus-visible q { text-decoration: underline; text-underline-offset: .16em }
a:focus-visible { outline: 2px solid; outline-offset: 2px }
q { display: block; overflow-wrap: anywhere; quotes: none }
span { display: block; font-size: .85em; color: color-mix(in srgb, currentColor 74%, transparent); margin-block-start: .25em }
`);

export class StoryCommentsLatest extends HTMLElement {
  static observedAttributes = ["site", "featured", "limit", "lang"];

  #shadow;
  #asked = 0;

  constructor() {
    super();
    this.#shadow = this.attachShadow({ mode: "open" });
    this.#shadow.adoptedStyleSheets = [looks];
    fill(this.#shadow, h("slot"));
  }

  connectedCallback() {
    this.#ask();
  }

  disconnectedCallback() {
    this.#asked++;
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#ask();
  }

  async #ask() {
    const asked = ++this.#asked;
    // Several attributes may be set in a row.
    await null;
    const site = this.getAttribute("site");
    if (!site || asked !== this.#asked) return;
    const url = new URL(`v1/sites/${encodeURIComponent(site)}/latest`, import.meta.url);
    if (this.hasAttribute("featured")) url.searchParams.set("featured", "true");
    url.searchParams.set("limit", this.getAttribute("limit") ?? "5");
    const language = declaredLanguage(this);
    const words = wordsIn(language);
    const [comments] = await Promise.all([commentsAt(url), words.learn("parts", parts)]);
    if (asked !== this.#asked || !comments) return;
    const items = comments.map((/** @type {any} */ comment) => itemOf(words, language, comment));
    fill(this.#shadow, items.length ? h("ul", { part: "list", role: "list", dir: words.dir, lang: words.locale }, ...items) : h("slot"));
  }
}

/**
 * @param {URL} url
 * @returns {Promise<any[] | null>} null when they cannot be had
 */
async function commentsAt(url) {
  try {
    const answer = await fetch(url, { credentials: "omit" });
    return answer.ok ? (await answer.json()).comments : null;
  } catch (error) {
    reportError(error); // Not reachable: what the page put into the tag stays.
    return null;
  }
}

/**
 * @param {import("./shared/words.js").Words} words
 * @param {string} language that the page says comments are in
 * @param {any} comment
 */
function itemOf(words, language, { excerpt, author, story, url, created_at }) {
  const name = author?.name ?? words.say("parts_nobody");
  return h("li", { part: "item" },
    h("a", { href: safeHref(url) ?? "" },
      h("q", { part: "excerpt", dir: "auto", lang: language }, excerpt),
      h("span", { part: "byline" }, words.say("parts_by", { name, title: story.title }), " · ",
        h("time", { dateTime: created_at, title: words.exact(created_at) }, words.ago(created_at)))));
}

if (!customElements.get("story-comments-latest")) customElements.define("story-comments-latest", StoryCommentsLatest);
