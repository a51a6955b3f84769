/**
 * A comment's HTML becomes elements by an allow-list, whatever the server sent.
 *
 * The text is parsed into an inert document, in which nothing loads and nothing runs. From there each allowed element
 * is made anew, with attributes of our own; nothing of the parsed tree itself enters the page.
 */

const XHTML = "http://www.w3.org/1999/xhtml";

const ALLOWED = new Set(["P", "BR", "EM", "STRONG", "CODE", "PRE", "BLOCKQUOTE", "UL", "OL", "LI", "A"]);

/** What these contain was never meant to be read; every other unknown element gives its text. */
const DROPPED_WHOLE = new Set([
  "SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "IFRAME", "OBJECT", "EMBED", "NOEMBED", "NOFRAMES", "TEXTAREA", "TITLE",
  "SELECT", "XMP", "PLAINTEXT", "AUDIO", "VIDEO", "CANVAS",
]);

const LINK_SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** Deeper than any honest comment; what is nested further is shown as text. */
const DEPTH_MAX = 40;

/** @type {{createHTML(html: string): any} | null | undefined} undefined until first asked for, null where refused */
let policy;

/**
 * What a page that requires Trusted Types lets into the inert parser.
 *
 * It passes text through unchanged because that text goes nowhere else: this policy is not exported.
 * A page whose CSP does not allow the name `story-comments` refuses it.
 */
function parserPolicy() {
  if (policy !== undefined) return policy;
  const types = /** @type {any} */ (globalThis).trustedTypes;
  try {
    policy = types ? types.createPolicy("story-comments", { createHTML: (/** @type {string} */ html) => html })
      : { createHTML: (html) => html };
  } catch {
    policy = null; // The page forbids it. safeFragment() then shows the comment's own text instead.
  }
  return policy;
}

/** @param {string} html */
function inertBody(html) {
  const allowed = parserPolicy();
  if (!allowed) return null;
  try {
    return new DOMParser().parseFromString(allowed.createHTML(html), "text/html").body;
  } catch (error) {
    if (error instanceof TypeError) return null; // Trusted Types again: see parserPolicy().
    throw error;
  }
}

/**
 * The allowed elements of `html`, ready to be appended.
 * @param {string | null | undefined} html the server's rendering
 * @param {string | null | undefined} [plain] what was written; shown as paragraphs where the page forbids parsing
 * @returns {DocumentFragment}
 */
export function safeFragment(html, plain = "") {
  const target = document.createDocumentFragment();
  const body = html ? inertBody(html) : null;
  if (body) copyChildren(body, target, 0);
  else if (html || plain) appendParagraphs(plain || "", target);
  return target;
}

/**
 * @param {Node} from
 * @param {Node} to
 * @param {number} depth
 */
function copyChildren(from, to, depth) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.appendChild(document.createTextNode(node.nodeValue ?? ""));
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      copyElement(/** @type {Element} */ (node), to, depth);
    }
  }
}

/**
 * @param {Element} element
 * @param {Node} to
 * @param {number} depth
 */
function copyElement(element, to, depth) {
  // SVG and MathML carry rules of their own; a comment has no use for either.
  if (element.namespaceURI !== XHTML || DROPPED_WHOLE.has(element.tagName)) return;
  if (depth >= DEPTH_MAX) {
    to.appendChild(document.createTextNode(element.textContent ?? ""));
    return;
  }
  const made = ALLOWED.has(element.tagName) ? madeAnew(element) : null;
  copyChildren(element, made ?? to, depth + 1);
  if (made) to.appendChild(made);
}

/**
 * @param {Element} element one of the allowed kinds
 * @returns {HTMLElement | null} null for a link that leads nowhere we let it lead
 */
function madeAnew(element) {
  const made = document.createElement(element.tagName);
  if (made instanceof HTMLAnchorElement) {
    const href = safeHref(element.getAttribute("href"));
    if (!href) return null;
    made.href = href;
    made.rel = "ugc nofollow noopener noreferrer";
    made.target = "_blank";
  }
  return made;
}

/**
 * @param {string | null | undefined} href
 * @returns {string | null} an absolute http, https or mailto address
 */
export function safeHref(href) {
  // No base address: a relative link of a stranger's would lead into the page that hosts the comments.
  const url = href && URL.canParse(href) ? new URL(href) : null;
  return url && LINK_SCHEMES.has(url.protocol) ? url.href : null;
}

/**
 * @param {string} text
 * @param {Node} to
 */
function appendParagraphs(text, to) {
  for (const block of text.split(/\n{2,}/)) {
    const paragraph = document.createElement("p");
    paragraph.textContent = block;
    to.appendChild(paragraph);
  }
}
