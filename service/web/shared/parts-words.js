/**
 * The texts of the small elements, for a script that mostly does without: counts are mostly numbers.
 */

import { wordsIn } from "./words.js";
import { parts } from "./words/en.js";

/**
 * @param {string} language as declared for the element; "" for the browser's own
 * @returns {Promise<import("./words.js").Words>}
 */
export async function partsWords(language) {
  const words = wordsIn(language);
  await words.learn("parts", parts);
  return words;
}
