/**
 * The place above the list: the composer for whoever may write, and for everyone else why not, and the way in.
 */

import { fill, h, refocus } from "../shared/element.js";
import { gate, missing, note } from "./gate.js";

/** @param {import("./discussion.js").Discussion} discussion */
export function entryOf(discussion) {
  /** What is shown, so that it is left alone while it stays true. @type {string | false | undefined} */
  let shown;
  /** @type {any} */
  let form;
  const entry = {
    element: h("div.entry"),
    /** An invitation to be the first already stands here. @type {any} */
    invites: false,
    /** Shows what fits the story and the viewer as they are now. */
    async refresh() {
      const { say, story, viewer, viewing, pages, drafts } = discussion;
      const open = story.state === "open";
      if (open && !viewing.isKnown) return;
      const { problem } = viewer;
      const warning = problem === "warning-unacknowledged" && viewing.own?.sanction("warn");
      const isFirst = !story.comment_count;
      const wanted = open && `${problem ? [problem, warning?.id, viewer.message, viewing.way("subscribe_url"), isFirst] : viewer.id}`;
      if (wanted === shown) return;
      shown = wanted;
      form = null;
      entry.invites = open && problem && !warning && isFirst;
      pages.refreshEnd(); // Where the list is empty, one of the two invites to be the first.
      const content = !open ? note(say("closed"))
        : problem && !warning ? gate(discussion, drafts.read(), h("p.title", say("compose")), isFirst && h("p", say("empty")))
          : await loaded(warning);
      if (wanted !== shown) return; // Something else has become true while the composer was loading.
      const hadFocus = entry.element.contains(discussion.focused);
      fill(entry.element, content);
      // The reader was writing: the focus stays in this place, so that the change is read out.
      if (hadFocus) refocus(form?.text ?? content);
    },
    /**
     * What the comment that is about to be written says of itself; whoever may not write is led to the reason.
     * @param {"side" | "about"} name
     * @param {string} value
     */
    choose: (name, value) => (form ? form.choose(name, value) : /** @type {any} */ (entry.element.firstChild)?.focus()),
  };

  /** @param {any} warning that is to be acknowledged before anything is written */
  async function loaded(warning) {
    const more = await discussion.more();
    if (!more) {
      return missing(discussion, () => {
        shown = undefined;
        entry.refresh();
      });
    }
    if (warning) return more.warningNote(discussion, warning);
    form = more.commentForm(discussion);
    return form.element;
  }

  return entry;
}
