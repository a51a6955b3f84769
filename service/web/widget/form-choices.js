/**
 * What a comment may say of itself: the side it takes, and the part of the story it is about.
 */

import { h } from "../shared/element.js";
import { sideClass } from "./toolbar.js";

/** An option's text is cut here; the browser cannot wrap it. */
const OPTION_CHARS = 60;

export class SideChoice {
  /** @type {HTMLFieldSetElement | null} null on a story without sides */
  element = null;

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {string} name of the group, unlike that of any other form
   */
  constructor({ story, words }, name) {
    if (!story.sides.length) return;
    const chip = (/** @type {string} */ value, /** @type {string} */ label, /** @type {string} */ claim = "") =>
      h("label.chip", { title: claim },
        h("input.visually-hidden", { type: "radio", name: `${name}-side`, value, checked: !value }),
        value && h("span", { className: `dot ${sideClass(story, value)}` }), label);
    this.element = h("fieldset.chips", {},
      h("legend", {}, words.say("your_side")),
      chip("", words.say("no_side")),
      ...story.sides.map((/** @type {any} */ side) => chip(side.id, side.label, side.claim ?? "")));
  }

  /** @returns {string | null} */
  get value() {
    const chosen = /** @type {HTMLInputElement | null | undefined} */ (this.element?.querySelector(":checked"));
    return chosen?.value || null;
  }

  set value(side) {
    const inputs = /** @type {NodeListOf<HTMLInputElement> | undefined} */ (this.element?.querySelectorAll("input"));
    for (const input of inputs ?? []) input.checked = input.value === (side ?? "");
  }
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} name unlike that of any other form
 * @returns {{element: HTMLElement, value: string} | null} null on a story without anchors
 */
export function aboutChoice({ story, words }, name) {
  if (!story.anchors.length) return null;
  const id = `${name}-about`;
  const select = h("select", { id }, new Option(words.say("about_whole"), ""));
  for (const { id: anchor, kind, text } of story.anchors) {
    const short = text.length > OPTION_CHARS ? `${text.slice(0, OPTION_CHARS)}…` : text;
    select.append(new Option(`${words.say(`kind_${kind}`)}: ${short}`, anchor));
  }
  return {
    element: h("div.about-choice", {}, h("label", { htmlFor: id }, words.say("about_what")), select),
    get value() {
      return select.value;
    },
    set value(anchor) {
      select.value = anchor;
    },
  };
}
