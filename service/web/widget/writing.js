/**
 * What every part for those who write needs once: its texts, its looks, and calls in the reader's name.
 */

import { apiOf } from "../shared/api.js";
import { writing } from "../shared/words/en.js";
import { formSheet } from "./form-styles.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @returns {Promise<void>} done when the texts are there in the reader's language too; in English they are at once
 */
export function learnToWrite(discussion) {
  const { adoptedStyleSheets } = discussion.shadow;
  if (!adoptedStyleSheets.includes(formSheet)) adoptedStyleSheets.push(formSheet);
  if (!discussion.api.send) discussion.api = apiOf(discussion.base, discussion.askToken, discussion.words.locale);
  return discussion.words.learn("writing", writing);
}
