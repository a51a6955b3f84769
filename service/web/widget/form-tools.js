/**
 * The small toolbar of a form: marks around or before what is selected, as one step that can be undone.
 */

import { button, h } from "../shared/element.js";

/**
 * Name and sign of each; what stands before the selection, and after it: without an "after" it begins each line; its key
 * with Ctrl, or Cmd. @type {[string, string, string, string?, string?][]}
 */
const TOOLS = [
  ["bold", "B", "**", "**", "b"],
  ["italic", "I", "*", "*", "i"],
  ["quote", "“", "> "],
  ["list", "•", "- "],
  ["code", "<>", "`", "`"],
  ["link", "://", "[", "](https://)", "k"],
];

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {HTMLTextAreaElement} text
 */
export function formTools({ say }, text) {
  const mark = (/** @type {string} */ before, /** @type {string} */ after = "") => {
    const { selectionStart, selectionEnd, value } = text;
    const start = after ? selectionStart : value.lastIndexOf("\n", selectionStart - 1) + 1;
    const chosen = value.slice(start, selectionEnd);
    text.focus();
    text.setSelectionRange(start, selectionEnd);
    // Deprecated, but all else cannot be undone by the reader. It tells the form of the change, too.
    document.execCommand("insertText", false, after ? before + chosen + after : chosen.replace(/^/gm, before));
    if (after) text.setSelectionRange(start + before.length, start + before.length + chosen.length);
    return false;
  };
  text.onkeydown = (event) => {
    const tool = (event.ctrlKey || event.metaKey) && TOOLS.find(([, , , , key]) => key === event.key);
    if (tool) return mark(tool[2], tool[3]);
  };
  return h("div.format", { role: "group", ariaLabel: say("format") }, ...TOOLS.map(([name, sign, before, after]) =>
    button("", sign, () => mark(before, after), { title: say(`format_${name}`), ariaLabel: say(`format_${name}`) })));
}
