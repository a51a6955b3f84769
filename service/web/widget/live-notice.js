/**
 * "3 new comments": what arrived while the reader was in the middle of the list waits here until it is asked for.
 */

import { fill, h } from "../shared/element.js";

export class LiveNotice {
  #discussion;
  /** @type {Map<string, any>} */
  #waiting = new Map();
  /** So much has happened that the list is to be read anew. */
  isOutdated = false;

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    this.element = h("div.notice", { role: "status" });
  }

  /** @param {any} comment a root that is not on the page */
  add(comment) {
    this.#waiting.set(comment.id, comment);
    this.#refresh();
  }

  /** @param {string} id a comment that went again before anybody saw it */
  drop(id) {
    if (this.#waiting.delete(id)) this.#refresh();
  }

  /** The list on the page is no longer the one that the service has. */
  outdated() {
    this.isOutdated = true;
    this.#refresh();
  }

  /** What waited, in the order in which it came; nothing waits any more. */
  take() {
    const comments = [...this.#waiting.values()];
    this.#waiting.clear();
    this.isOutdated = false;
    this.#refresh();
    return comments;
  }

  #refresh() {
    const { words } = this.#discussion;
    const count = this.#waiting.size;
    const text = this.isOutdated ? words.say("new_many") : count ? words.say("new_comments", { count }) : "";
    const button = this.element.querySelector("button");
    if (button && text) button.textContent = text; // The same button, so that focus stays on it.
    else fill(this.element, text && h("button.primary", { onclick: () => this.#discussion.arrivals?.show() }, text));
  }
}
