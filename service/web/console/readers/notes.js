/** What moderators noted about a reader: written once, struck through at most, never removed. */

import { h } from "../../shared/element.js";
import { field } from "../parts/form.js";
import { ago } from "../words/comment-text.js";

const NOTE_MAX = 2000;

/**
 * @param {import("./reader-types.js").Note[]} notes the newest first
 * @param {object} given
 * @param {string} given.me
 * @param {boolean} given.isAdmin who may strike anybody's
 * @param {(text: string) => void} given.add
 * @param {(id: string) => void} given.strike
 */
export function notesOf(notes, { me, isAdmin, add, strike }) {
  const text = h("textarea", { rows: 2, maxLength: NOTE_MAX, required: true });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (text.value.trim()) add(text.value.trim());
  };
  return h(
    "div.notes-part",
    {},
    notes.length === 0 && h("p.none", {}, "Nobody has noted anything."),
    h("ul.lines", {}, ...notes.map((note) => h(
      "li",
      { className: note.struck_at ? "struck" : "" },
      h(note.struck_at ? "s" : "p", { dir: "auto" }, note.note),
      h(
        "p.help",
        {},
        `${note.written_by_name ?? note.written_by}, `,
        ago(note.written_at),
        note.struck_at && ", struck through",
        !note.struck_at && (note.written_by === me || isAdmin)
          && h("button.quiet", { type: "button", onclick: () => strike(note.id) }, "Strike through"),
      ),
    ))),
    h("form", { onsubmit: send }, field("Add a note", text, "For moderators alone."), h("div.row", {}, h("button", { type: "submit" }, "Keep the note"))),
  );
}
