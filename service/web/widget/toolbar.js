/**
 * The order and the part of the discussion that is shown.
 */

import { fill, h } from "../shared/element.js";

/**
 * Every order the service knows, and on which stories it makes sense.
 * @type {Record<string, (story: any) => boolean>}
 */
export const ORDERS = {
  newest: () => true,
  oldest: () => true,
  best: () => true,
  most_replied: () => true,
  controversial: (story) => story.voting === "up_down",
  balanced: (story) => story.sides.length > 1,
};

/** The list's colours repeat after so many sides. */
const SIDE_COLOURS = 4;

/**
 * The class that gives a side its colour.
 * @param {any} story
 * @param {string | null} side
 */
export function sideClass(story, side) {
  const place = story.sides.findIndex((/** @type {any} */ one) => one.id === side);
  return place < 0 ? "" : `side-${(place % SIDE_COLOURS) + 1}`;
}

export class Toolbar {
  #discussion;

  /** @param {import("./discussion.js").Discussion} discussion */
  constructor(discussion) {
    this.#discussion = discussion;
    this.element = h("div.tools", { part: "toolbar", hidden: true });
  }

  refresh() {
    const { story, pages: { query } } = this.#discussion;
    const empty = !story.comment_count && !query.side && !query.about;
    this.element.hidden = empty;
    if (empty) return;
    const focused = /** @type {HTMLElement | null} */ (this.element.querySelector(":focus"))?.dataset.choice;
    fill(this.element, this.#filters(), this.#orders());
    if (focused) this.#choice(focused)?.focus();
  }

  /** @param {string} name */
  #choice(name) {
    return /** @type {HTMLElement | null} */ (this.element.querySelector(`[data-choice="${CSS.escape(name)}"]`));
  }

  #filters() {
    const { story, words, pages } = this.#discussion;
    const { query } = pages;
    const chips = h("div.chips", { role: "group", ariaLabel: words.say("filter") });
    if (query.about) {
      const anchor = this.#discussion.anchor(query.about);
      chips.append(h("span", {}, words.say("filter_about", { text: anchor?.text ?? query.about })),
        h("button.textual", { "data-choice": "clear", onclick: () => pages.show({ about: null }) },
          words.say("filter_clear")));
    } else if (story.sides.length) {
      chips.append(this.#chip(null, words.say("filter_all")));
      for (const side of story.sides) chips.append(this.#chip(side.id, side.label, story.counts.by_side[side.id] ?? 0));
    }
    return chips;
  }

  /**
   * @param {string | null} side
   * @param {string} label
   * @param {number} [count]
   */
  #chip(side, label, count) {
    const { story, words, pages } = this.#discussion;
    return h("button.chip", {
      "data-choice": `side-${side}`,
      ariaPressed: String(pages.query.side === side),
      onclick: () => pages.show({ side }),
    },
    side && h("span", { className: `dot ${sideClass(story, side)}` }),
    label, " ",
    count !== undefined && h("span.muted", {}, words.number(count)));
  }

  #orders() {
    const { story, words, pages } = this.#discussion;
    const select = h("select", {
      id: "order",
      "data-choice": "order",
      onchange: () => pages.show({ sort: select.value }),
    });
    for (const [order, fits] of Object.entries(ORDERS)) {
      if (fits(story)) select.append(new Option(words.say(`sort_${order}`), order));
    }
    select.value = pages.sort;
    return h("div", {}, h("label", { htmlFor: "order" }, words.say("sort")), " ", select);
  }
}
