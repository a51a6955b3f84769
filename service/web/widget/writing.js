/**
 * What every part for those who write needs once: its texts and its looks.
 */

import { WRITING } from "../shared/words-writing.js";
import { formSheet } from "./form-styles.js";

/** @param {import("./discussion.js").Discussion} discussion */
export function learnToWrite(discussion) {
  discussion.words.learn(WRITING);
  discussion.adopt(formSheet);
}
