/**
 * The place above the list: the composer for whoever may write, and for everyone else why not, and the way in.
 */

import { fill, h } from "../shared/element.js";
import { gate, missing, note } from "./gate.js";

export class Entry {
  #discussion;
  /** What is shown, so that it is left alone while it stays true. */
  #shown = "";
  /** @type {any} */
  #form = null;

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    this.element = h("div.entry");
  }

  /** Shows what fits the story and the viewer as they are now. */
  async refresh() {
    const { story, viewer, viewing } = this.#discussion;
    if (!viewing.isKnown && story.state === "open") return;
    const warning = viewing.own?.sanction("warn");
    const wanted = story.state !== "open" ? "closed"
      : viewer.problem === "warning-unacknowledged" && warning ? `warning ${warning.id}`
        : viewer.problem ? `gate ${viewer.problem} ${viewer.status} ${viewer.expired} ${viewing.way("subscribe_url")} ${!story.comment_count}`
          : `form ${viewer.id}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#discussion.pages.refreshEnd(); // Where the list is empty, one of the two invites to be the first.
    this.#form = null;
    const content = /^[fw]/.test(wanted) ? await this.#loaded(wanted.startsWith("form") ? null : warning) : this.#instead();
    if (wanted !== this.#shown) return; // Something else has become true while the composer was loading.
    const hadFocus = this.element.contains(this.#discussion.focused);
    fill(this.element, content);
    this.#discussion.pages.refreshEnd(); // It invites to be the first where this does not.
    if (!hadFocus) return;
    // The reader was writing: the focus stays in this place, so that the change is read out.
    const form = /** @type {any} */ (this.#form);
    (form?.text ?? content).focus({ preventScroll: true });
  }

  /** @param {any} warning that is to be acknowledged before anything is written */
  async #loaded(warning) {
    const more = await this.#discussion.more().catch(() => null);
    if (!more) {
      return missing(this.#discussion, () => {
        this.#shown = "";
        this.refresh();
      });
    }
    const { commentForm, warningNote } = more;
    if (warning) return warningNote(this.#discussion, warning);
    this.#form = commentForm(this.#discussion);
    return this.#form.element;
  }

  #instead() {
    const { story, words, drafts } = this.#discussion;
    if (story.state !== "open") return note(words.say("closed"));
    return gate(this.#discussion, drafts.has(),
      h("p.title", {}, words.say("compose")), !story.comment_count && h("p", {}, words.say("empty")));
  }

  /** An invitation to be the first already stands here. */
  get invites() {
    return this.#shown.endsWith(" true");
  }

  /** @param {string} anchorId what the comment that is about to be written is about */
  about(anchorId) {
    this.#form?.choose("about", anchorId);
  }
}
