/**
 * What a comment may say of itself: the side it takes, and the part of the story it is about. A group of chips of which
 * one is chosen, so that one stop of the keyboard and the arrows reach them all, however many they are.
 */

import { h } from "../shared/element.js";
import { sideClass } from "./toolbar.js";

/** A part of the story is named by the beginning of its text; the whole is its title. */
const PART_CHARS = 60;

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {"side" | "about"} name of the field
 * @param {any[]} options sides, or anchors
 * @param {string | null | undefined} chosen
 * @returns {HTMLElement | false} false on a story without any
 */
export const choice = ({ say, story }, name, options, chosen) => options.length > 0 && h("fieldset.chips",
  h("legend", say(`choose_${name}`)),
  [{ id: "", label: say(`none_${name}`) }, ...options].map(({ id, label, claim, kind, text }) => {
    const colour = sideClass(story, id);
    return h("label.chip", { title: claim ?? text },
      h("input.visually-hidden", { type: "radio", name, value: id, checked: id === (chosen || "") }),
      colour && h(`span.dot.${colour}`),
      label ?? `${say(`kind_${kind}`)}: ${excerpt(text, PART_CHARS)}`);
  }));

/**
 * @param {string} text
 * @param {number} most characters
 */
export const excerpt = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);
