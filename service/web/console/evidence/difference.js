/** What changed between two texts, word by word. */

import { h } from "../../shared/element.js";

/** The table of a comparison grows with the product of both; beyond this both texts are shown whole. */
const CELLS_MAX = 1_000_000;

/**
 * @param {string} before
 * @param {string} after
 * @returns {HTMLElement}
 */
export function difference(before, after) {
  const text = h("p.difference", { dir: "auto" });
  for (const { kind, words } of changes(wordsOf(before), wordsOf(after))) {
    text.append(kind === "same" ? words : h(kind === "gone" ? "del" : "ins", {}, words));
  }
  return text;
}

/**
 * Words and what is between them, so that together they are the text again.
 * @param {string} text
 */
function wordsOf(text) {
  return text.match(/\s+|\S+/gu) ?? [];
}

/**
 * @param {string[]} before
 * @param {string[]} after
 * @returns {{kind: "same" | "gone" | "new", words: string}[]}
 */
export function changes(before, after) {
  /** @type {{kind: "same" | "gone" | "new", words: string}[]} */
  const found = [];
  const add = (/** @type {"same" | "gone" | "new"} */ kind, /** @type {string} */ words) => {
    const last = found.at(-1);
    if (last?.kind === kind) last.words += words;
    else if (words) found.push({ kind, words });
  };
  if (before.length * after.length > CELLS_MAX) {
    add("gone", before.join(""));
    add("new", after.join(""));
    return found;
  }
  // The longest common run of words, from the end: row i, column j is its length in what follows both.
  const columns = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * columns);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      lengths[i * columns + j] = before[i] === after[j]
        ? lengths[(i + 1) * columns + j + 1] + 1
        : Math.max(lengths[(i + 1) * columns + j], lengths[i * columns + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    if (before[i] === after[j]) {
      add("same", before[i]);
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * columns + j] >= lengths[i * columns + j + 1]) {
      add("gone", before[i]);
      i += 1;
    } else {
      add("new", after[j]);
      j += 1;
    }
  }
  add("gone", before.slice(i).join(""));
  add("new", after.slice(j).join(""));
  return found;
}
