/** What the last act came to, and what went wrong: shown to the eye, and told to screen readers once. */

import { fill, h } from "../../shared/element.js";
import { part } from "./page.js";
import { troubleOf } from "./problems.js";
import { clock } from "../words/times.js";

/**
 * @typedef {{keys: string, name: string, run: () => void}} Act what can be done about it at once
 * @typedef {{tone: "good" | "warn" | "plain", text: string, acts?: Act[]}} Notice what the last act came to
 * @typedef {{error: unknown, retry: () => void}} Failure
 */

export class Notices {
  #alerts = part("alerts", HTMLElement);
  #notices = part("notices", HTMLElement);
  #said = part("said", HTMLElement);
  /** @type {Notice | null} */
  #notice = null;
  /** @type {Failure | null} */
  #failure = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  constructor() {
    // The connection is back: what failed for want of it is tried again.
    window.addEventListener("online", () => this.#failure?.retry());
  }

  /**
   * Tells screen readers, after what they are reading now.
   * @param {string} text
   */
  say(text) {
    this.#said.textContent = text;
  }

  /** @param {Notice | null} notice */
  show(notice) {
    if (notice === this.#notice) return;
    this.#notice = notice;
    fill(this.#notices, notice && h(
      "p.notice",
      { className: `notice ${notice.tone}` },
      h("span", {}, notice.text),
      ...(notice.acts ?? []).map(({ keys, name, run }) => h(
        "button.quiet",
        { type: "button", onclick: run, "aria-keyshortcuts": keys },
        `${name} `,
        h("kbd", { "aria-hidden": "true" }, keys),
      )),
    ));
    if (notice) this.say(notice.text);
  }

  /** What can be done by key about the last notice. */
  bindings() {
    return this.#notice?.acts ?? [];
  }

  /** Nothing more is to be said of what was left. */
  clear() {
    this.show(null);
    this.fail(null);
  }

  /**
   * Where the service asks to be left alone for a while, the wait is counted down and then it is tried again.
   * @param {Failure | null} failure
   */
  fail(failure) {
    if (failure === this.#failure) return;
    this.#failure = failure;
    clearInterval(this.#timer);
    if (!failure) return fill(this.#alerts);
    const { title, advice, wait_s, reference } = troubleOf(failure.error);
    const again = h("button", { type: "button", onclick: () => failure.retry() }, "Try again now");
    const left = h("span.left", { "aria-hidden": "true" });
    fill(this.#alerts, h(
      "div.failure",
      {},
      h("p", {}, h("strong", {}, `${title}. `), advice, reference && h("span.reference", {}, ` Reference: ${reference}`)),
      h("p.row", {}, again, left),
    ));
    if (wait_s) this.#wait(failure, wait_s, left);
  }

  /**
   * @param {Failure} failure
   * @param {number} wait_s
   * @param {HTMLElement} left
   */
  #wait(failure, wait_s, left) {
    const end = Date.now() + wait_s * 1000;
    const draw = () => {
      const left_s = (end - Date.now()) / 1000;
      left.textContent = left_s > 0 ? `again by itself in ${clock(left_s)}` : "";
      if (left_s > 0) return;
      clearInterval(this.#timer);
      failure.retry();
    };
    this.#timer = setInterval(draw, 1000);
    draw();
  }
}
