/**
 * The small toolbar of a form: marks around or before what is selected, as one step that can be undone.
 */

import { button, h } from "../shared/element.js";

/**
 * Name and sign of each; what stands before the selection, and after it: without an "after" it begins each line.
 * @type {[string, string, string, string?][]}
 */
const TOOLS = [
  ["bold", "B", "**", "**"],
  ["italic", "I", "*", "*"],
  ["link", "://", "[", "](https://)"],
  ["code", "<>", "`", "`"],
  ["quote", "“", "> "],
  ["list", "•", "- "],
];

/** Of the first of them, with Ctrl, or Cmd. */
const KEYS = "bik";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {HTMLTextAreaElement} text
 * @returns {{tools: HTMLElement, mark: (key: string) => false | undefined}} `mark`: false where the key is one of KEYS
 */
export function formTools({ say }, text) {
  const mark = (/** @type {typeof TOOLS[0] | undefined} */ tool) => {
    if (!tool) return;
    const [, , before, after] = tool;
    const { selectionStart, selectionEnd, value } = text;
    const start = after ? selectionStart : value.lastIndexOf("\n", selectionStart - 1) + 1;
    const chosen = value.slice(start, selectionEnd);
    text.focus();
    text.setSelectionRange(start, selectionEnd);
    // Deprecated, but all else cannot be undone by the reader. It tells the form of the change, too.
    document.execCommand("insertText", false, after ? before + chosen + after : chosen.replace(/^/gm, before));
    if (after) text.setSelectionRange(start + before.length, selectionEnd + before.length);
    return false;
  };
  return {
    tools: h("div.format", { role: "group", ariaLabel: say("format") }, TOOLS.map((tool) =>
      button("", tool[1], () => mark(tool), { title: say(`format_${tool[0]}`), ariaLabel: say(`format_${tool[0]}`) }))),
    mark: (key) => mark(TOOLS[KEYS.indexOf(key)]),
  };
}
