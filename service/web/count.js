/**
 * Comment counts for lists of stories.
 *
 *     <script type="module" src="https://comments.example/count.js"></script>
 *     <story-comments-count story-id="2026-11-20-cloud-deal"></story-comments-count>      12 comments
 *     <story-comments-count story-id="2026-11-20-cloud-deal" number></story-comments-count>     12
 *     <a href="…" data-story-comments-count="2026-11-20-cloud-deal"></a>                  12
 *
 * All of a page are asked for together, 100 stories in a request. The element takes care of itself, whenever it comes; a
 * page that adds other elements with the attribute later imports `fillCounts` and calls it again. A discussion on the
 * same page tells the elements of its story when its count changes.
 */

const AT_ONCE = 100;
const NAME = "data-story-comments-count";

export class StoryCommentsCount extends HTMLElement {
  static observedAttributes = ["story-id", "number", "lang"];

  /** @type {AbortController | null} */
  #leaving = null;
  /** @type {number | null} null until it is known */
  #count = null;

  connectedCallback() {
    this.#leaving = new AbortController();
    for (const name of ["ready", "count"]) {
      addEventListener(`story-comments:${name}`, (event) => this.#told(/** @type {CustomEvent} */ (event).detail),
        { signal: this.#leaving.signal });
    }
    this.#ask();
  }

  disconnectedCallback() {
    this.#leaving?.abort();
  }

  /**
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "story-id") this.#ask();
    else this.#show();
  }

  get storyId() {
    return this.getAttribute("story-id") ?? "";
  }

  /** @param {{storyId: string, count: number}} numbers */
  #told({ storyId, count }) {
    if (storyId === this.storyId) this.#set(count);
  }

  async #ask() {
    const id = this.storyId;
    const count = id && (await countOf(id));
    if (typeof count === "number" && id === this.storyId && this.isConnected) this.#set(count);
  }

  /** @param {number} count */
  #set(count) {
    this.#count = count;
    this.#show();
  }

  async #show() {
    const count = this.#count;
    if (count === null) return;
    if (this.hasAttribute("number")) return showNumber(this, count);
    const { partsWords } = await import("./shared/parts-words.js");
    const words = await partsWords(languageOf(this));
    if (count === this.#count) this.textContent = words.say("parts_count", { count });
  }
}

/** @param {Element} element */
function languageOf(element) {
  return element.closest("[lang]")?.getAttribute("lang") ?? "";
}

/**
 * @param {Element} element
 * @param {number} number
 */
function showNumber(element, number) {
  element.textContent = new Intl.NumberFormat(languageOf(element) || undefined).format(number);
}

/** Asked for, and not yet sent: one request goes out for all of them. @type {Map<string, Promise<number | undefined>>} */
let waiting = new Map();
/** @type {Promise<Record<string, number>> | null} */
let batch = null;

/**
 * @param {string} id
 * @returns {Promise<number | undefined>} undefined when it could not be had
 */
function countOf(id) {
  batch ??= Promise.resolve().then(() => {
    const ids = [...waiting.keys()];
    waiting = new Map();
    batch = null;
    return countsOf(ids);
  });
  const asked = batch;
  const known = waiting.get(id) ?? asked.then((counts) => counts[id]);
  waiting.set(id, known);
  return known;
}

/**
 * @param {string[]} ids
 * @returns {Promise<Record<string, number>>} without those that could not be had
 */
async function countsOf(ids) {
  /** @type {Record<string, number>} */
  const found = {};
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const url = new URL("v1/counts", import.meta.url);
    for (const id of ids.slice(at, at + AT_ONCE)) url.searchParams.append("story", id);
    try {
      const answer = await fetch(url, { credentials: "omit" });
      if (answer.ok) Object.assign(found, (await answer.json()).counts);
    } catch (error) {
      reportError(error); // Not reachable: a list of stories is read without its counts.
    }
  }
  return found;
}

/** @param {ParentNode} [root] */
export async function fillCounts(root = document) {
  const elements = [...root.querySelectorAll(`[${NAME}]`)];
  const idOf = (/** @type {Element} */ element) => element.getAttribute(NAME) ?? "";
  const counts = await countsOf([...new Set(elements.map(idOf))].filter(Boolean));
  for (const element of elements) {
    const count = counts[idOf(element)];
    if (count !== undefined) showNumber(element, count);
  }
}

fillCounts();
if (!customElements.get("story-comments-count")) customElements.define("story-comments-count", StoryCommentsCount);
