// Elements and text, never markup: the page's policy refuses anything else.

/**
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | null)} children
 */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

const INLINE = /\*\*(?<strong>[^*]+)\*\*|`(?<code>[^`]+)`|\[(?<text>[^\]]+)\]\((?<href>[^)\s]+)\)/g;

/**
 * Paragraphs of the little Markdown that our descriptions use: strong, code and links.
 * @param {string} text
 */
export function prose(text) {
  return text.split(/\n\s*\n/).filter((part) => part.trim()).map((part) => make("p", {}, ...inline(part)));
}

/** @param {string} text */
export function inline(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    parts.push(text.slice(from, found.index));
    from = found.index + found[0].length;
    const { strong, code, text: words, href } = found.groups ?? {};
    if (strong) parts.push(make("strong", {}, strong));
    else if (code) parts.push(make("code", {}, code));
    else if (href.startsWith("/") || href.startsWith("https://")) parts.push(make("a", { href }, words));
    else parts.push(words);
  }
  parts.push(text.slice(from));
  return parts;
}
