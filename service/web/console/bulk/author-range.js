/** Which of an author's comments are to be rejected at once: of some time, of one site or story. */

import { h } from "../../shared/element.js";
import { field, input, momentOf } from "../parts/form.js";

/**
 * @param {string} author
 * @param {(selection: Record<string, any>) => void} preview
 */
export function authorRange(author, preview) {
  const after = input("", { type: "datetime-local" });
  const before = input("", { type: "datetime-local" });
  const site = input("", { maxLength: 100 });
  const story = input("", { maxLength: 200 });
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    preview({
      of: "author",
      author_id: author,
      after: momentOf(after.value),
      before: momentOf(before.value),
      site: site.value.trim() || null,
      story: story.value.trim() || null,
      overrule: false,
    });
  };
  return h(
    "details.range",
    {},
    h("summary", {}, "Reject their comments of some time"),
    h(
      "form",
      { onsubmit: send },
      h(
        "div.field-grid",
        {},
        field("Written since", after, "Empty: from the first."),
        field("Written before", before, "Empty: to the last."),
        field("Site", site),
        field("Story", story, "Its id."),
      ),
      h("div.row", {}, h("button", { type: "submit" }, "Count them first")),
    ),
  );
}
