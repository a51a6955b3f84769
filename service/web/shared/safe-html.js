/**
 * A comment's HTML becomes elements by an allow-list, whatever the server sent.
 *
 * The text is parsed into an inert document, in which nothing loads and nothing runs. From there each allowed element
 * is made anew, with attributes of our own; nothing of the parsed tree itself enters the page.
 */

/** In capitals, as only HTML's own elements are named: SVG's and MathML's are none of these. Of every other element the text is kept. */
const ALLOWED = ["P", "BR", "EM", "STRONG", "CODE", "PRE", "BLOCKQUOTE", "UL", "OL", "LI", "A"];

/** @type {{createHTML(html: string): any} | undefined} */
let policy;

/**
 * What a page that requires Trusted Types lets into the inert parser.
 *
 * It passes text through unchanged because that text goes nowhere else: this policy is not exported.
 * @param {string} html
 * @returns {HTMLElement} throws a TypeError where the page's CSP does not allow the name `story-comments`
 */
function inertBody(html) {
  const passing = { createHTML: (/** @type {string} */ text) => text };
  policy ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy("story-comments", passing) ?? passing;
  return new DOMParser().parseFromString(/** @type {any} */ (policy).createHTML(html), "text/html").body;
}

/**
 * The allowed elements of `html`, ready to be appended.
 * @param {string | null | undefined} html the server's rendering
 * @param {string | null | undefined} [plain] what was written; shown as paragraphs where the page forbids parsing
 * @returns {DocumentFragment}
 */
export function safeFragment(html, plain) {
  const target = new DocumentFragment();
  try {
    copyChildren(inertBody(html ?? ""), target);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    for (const block of (plain || "").split(/\n{2,}/)) target.append(Object.assign(document.createElement("p"), { textContent: block }));
  }
  return target;
}

/**
 * @param {Node} from
 * @param {ParentNode} to
 */
function copyChildren(from, to) {
  for (const node of /** @type {NodeListOf<any>} */ (from.childNodes)) {
    const { nodeName } = node;
    if (nodeName === "#text") to.append(node.data);
    const href = nodeName === "A" && safeHref(node.getAttribute("href"));
    // A link that leads nowhere we let it lead is its text.
    const made = ALLOWED.includes(nodeName) && href !== null ? document.createElement(nodeName) : null;
    if (href) Object.assign(/** @type {any} */ (made), { href, rel: "ugc nofollow noopener noreferrer", target: "_blank" });
    copyChildren(node, made ?? to);
    if (made) to.append(made);
  }
}

/**
 * @param {string | null | undefined} href
 * @returns {string | null} an absolute http, https or mailto address
 */
export function safeHref(href) {
  // No base address: a relative link of a stranger's would lead into the page that hosts the comments.
  const url = href && URL.canParse(href) ? new URL(href) : null;
  return url && ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
}
