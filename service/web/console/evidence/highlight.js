/** Marks in a text what the checks matched, without touching its elements. Where the browser cannot, nothing is marked. */

const NAME = "matched";

/**
 * @param {Element} element
 * @param {string[]} words as the checks gave them; letter case does not matter
 */
export function markMatches(element, words) {
  const highlights = /** @type {any} */ (CSS).highlights;
  if (!highlights) return;
  /** @type {Range[]} */
  const ranges = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    for (const word of words) ranges.push(...rangesIn(/** @type {Text} */ (node), word));
  }
  highlights.set(NAME, new /** @type {any} */ (globalThis).Highlight(...ranges));
}

/**
 * @param {Text} node
 * @param {string} word
 */
function* rangesIn(node, word) {
  const text = node.data.toLowerCase();
  const sought = word.toLowerCase();
  // Some letters change their length with their case; then positions would be off.
  if (!sought || text.length !== node.data.length) return;
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + sought.length);
    yield range;
  }
}
