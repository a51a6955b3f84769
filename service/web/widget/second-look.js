/**
 * What is written, looked at once more before it is sent: as others will see it, and as the service would judge it.
 */

import { Problem } from "../shared/public-api.js";
import { fill, h } from "../shared/element.js";
import { safeFragment } from "../shared/safe-html.js";

/** It is judged after a pause of this length, when it is more than a word or two. */
const PAUSE_MS = 1_500;
const WORTH_A_LOOK_CHARS = 15;

export class SecondLook {
  #discussion;
  #text;
  #body;
  /** The last advice, so that none is given twice. */
  #advised = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pausing;

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {HTMLTextAreaElement} text
   * @param {() => object} body what would be sent
   * @param {() => void} onPreview the button was used
   */
  constructor(discussion, text, body, onPreview) {
    this.#discussion = discussion;
    this.#text = text;
    this.#body = body;
    this.advice = h("div.advice", { role: "status" });
    this.preview = h("div.body.preview", { dir: "auto", tabIndex: -1, hidden: true });
    this.button = h("button.textual", { ariaPressed: "false", onclick: onPreview }, discussion.words.say("preview"));
  }

  get isPreviewed() {
    return !this.preview.hidden;
  }

  /** What the service would say to this, as it stands. */
  #checked() {
    const { api, path } = this.#discussion;
    return api.send("POST", `${path}/comments/check`, this.#body());
  }

  /** Something was written. */
  changed() {
    this.stop();
    this.#pausing = setTimeout(() => this.#judge(), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#pausing);
  }

  /** It was sent, and the next one begins. */
  clear() {
    this.stop();
    this.#advised = "";
    fill(this.advice);
    this.write();
  }

  /** Says, kindly and once, what might keep this from being published. */
  async #judge() {
    const { words, signal } = this.#discussion;
    const asked = this.#text.value;
    if (asked.trim().length < WORTH_A_LOOK_CHARS || signal.aborted) return;
    try {
      const { would, reasons } = await this.#checked();
      if (asked !== this.#text.value) return;
      const found = would === "publish" ? [] : reasons;
      const advised = found.map((/** @type {any} */ one) => one.code).join();
      if (advised === this.#advised) return;
      this.#advised = advised;
      fill(this.advice, ...found.map((/** @type {any} */ { code, message }) =>
        h("p", {}, words.has(`advice_${code}`) ? words.say(`advice_${code}`) : message)));
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // Advice that is not to be had is no reason to disturb a writer.
    }
  }

  /** Shows it as it will be shown; rejects with the problem when the service does not say. */
  async show() {
    const { body_html } = await this.#checked();
    fill(this.preview, safeFragment(body_html, this.#text.value));
    this.#toggle(true);
  }

  /** The field again. */
  write() {
    if (this.isPreviewed) this.#toggle(false);
  }

  /** @param {boolean} isPreviewed */
  #toggle(isPreviewed) {
    this.preview.hidden = !isPreviewed;
    this.#text.hidden = isPreviewed;
    this.button.ariaPressed = String(isPreviewed);
    (isPreviewed ? this.preview : this.#text).focus();
  }
}
