/**
 * The small toolbar of a form: marks around or before what is selected, as one step that can be undone.
 */

import { h } from "../shared/element.js";
import { icon } from "../shared/icon.js";

/** What stands before the selection, and after it; without an "after" it begins each line. @type {Record<string, [string, string?]>} */
const MARKS = {
  bold: ["**", "**"],
  italic: ["*", "*"],
  quote: ["> "],
  list: ["- "],
  code: ["`", "`"],
  link: ["[", "](https://)"],
};

const DRAWN = {
  bold: "M5 3h4a2.5 2.5 0 0 1 0 5H5zM5 8h5a2.5 2.5 0 0 1 0 5H5z",
  italic: "M7 3h5M4 13h5M9.5 3l-3 10",
  quote: "M3 4v8M6.5 5H13M6.5 8H13M6.5 11H10",
  list: "M3 4.5h.01M3 8h.01M3 11.5h.01M6.5 4.5H13M6.5 8H13M6.5 11.5H13",
  code: "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
  link: "M6.5 9.5l3-3M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5",
};

/** With Ctrl, or Cmd. @type {Record<string, string>} */
const KEYS = { b: "bold", i: "italic", k: "link" };

/**
 * @param {import("../shared/words.js").Words} words
 * @param {HTMLTextAreaElement} text
 */
export function formTools(words, text) {
  text.addEventListener("keydown", (event) => {
    const name = KEYS[event.key];
    if (!name || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    mark(text, MARKS[name]);
  });
  return h("div.format", { role: "group", ariaLabel: words.say("format") },
    ...Object.entries(DRAWN).map(([name, path]) => h("button", {
      title: words.say(`format_${name}`), ariaLabel: words.say(`format_${name}`), onclick: () => mark(text, MARKS[name]),
    }, icon(path))));
}

/**
 * @param {HTMLTextAreaElement} text
 * @param {[string, string?]} marks
 */
function mark(text, [before, after]) {
  const { selectionStart, selectionEnd: end, value } = text;
  const start = after ? selectionStart : value.lastIndexOf("\n", selectionStart - 1) + 1;
  const chosen = value.slice(start, end);
  const marked = after ? before + chosen + after : chosen.replace(/^/gm, before);
  text.focus();
  text.setSelectionRange(start, end);
  // Unlike setRangeText() it can be undone by the reader, and tells the form of the change.
  if (!document.execCommand("insertText", false, marked)) {
    text.setRangeText(marked);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (after) text.setSelectionRange(start + before.length, start + before.length + chosen.length);
}
