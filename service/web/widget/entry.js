/**
 * The place above the list: the composer for whoever may write, and for everyone else why not, and the way in.
 */

import { fill, h } from "../shared/element.js";
import { gate } from "./gate.js";

export class Entry {
  #discussion;
  /** What is shown, so that it is left alone while it stays true. */
  #shown = "";
  /** @type {import("./comment-form.js").CommentForm | null} */
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
    const barred = viewing.sanction("ban", "suspend");
    const warning = viewing.sanction("warn");
    const wanted = story.state !== "open" ? "closed"
      : barred ? `barred ${barred.until}`
        : !viewer.entitled ? `gate ${viewer.status} ${viewer.expired} ${viewer.signedIn} ${viewing.way("subscribe_url")}`
          : warning ? `warning ${warning.id}` : `form ${viewer.id}`;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#form = null;
    const content = wanted.startsWith("form") ? await this.#composer()
      : wanted.startsWith("warning") ? await this.#warning(warning) : this.#instead(barred);
    if (wanted !== this.#shown) return; // Something else has become true while the composer was loading.
    const hadFocus = this.element.contains(this.#discussion.focused);
    fill(this.element, content);
    if (!hadFocus) return;
    // The reader was writing: the focus stays in this place, so that the change is read out.
    const form = /** @type {import("./comment-form.js").CommentForm | null} */ (this.#form);
    (form?.text ?? content).focus({ preventScroll: true });
  }

  async #composer() {
    // Whoever may write may also answer: the buttons below comments are to work at the first touch.
    const { CommentForm } = await this.#discussion.more();
    this.#form = new CommentForm(this.#discussion);
    return this.#form.element;
  }

  /** @param {any} warning that is to be acknowledged first */
  async #warning(warning) {
    const { warningNote } = await this.#discussion.more();
    return warningNote(this.#discussion, warning);
  }

  /** @param {any} barred the ban or suspension in force */
  #instead(barred) {
    const { story, words, drafts } = this.#discussion;
    if (story.state !== "open") return this.#note(words.say("closed"));
    if (!barred) return gate(this.#discussion, drafts.has());
    const { until } = barred;
    return this.#note(until ? words.say("suspended", { when: words.exact(until) }) : words.say("banned"));
  }

  /** @param {string} text */
  #note(text) {
    return h("p.note", { tabIndex: -1 }, text);
  }

  /** @param {string} anchorId what the comment that is about to be written is about */
  about(anchorId) {
    this.#form?.about(anchorId);
  }
}
