/**
 * The order and the part of the discussion that is shown.
 */

import { button, fill, h, refocus } from "../shared/element.js";

/** Every order the service knows; some make sense on some stories only. */
export const ORDERS = ["newest", "oldest", "best", "most_replied", "controversial", "balanced"];

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

/** @param {import("./discussion.js").Discussion} discussion */
export function toolbarOf(discussion) {
  const element = h("div.tools", { part: "toolbar", hidden: true });
  const controls = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll("button, select")]);
  return {
    element,
    refresh() {
      const { story, pages: { query } } = discussion;
      const place = controls().indexOf(discussion.focused);
      element.hidden = !story.comment_count && !query.side && !query.about;
      fill(element, filters(discussion), orders(discussion));
      refocus(controls()[place]);
    },
  };
}

/** @param {import("./discussion.js").Discussion} discussion */
function filters({ story, say, words, pages, anchor }) {
  const { side, about } = pages.query;
  const chip = (/** @type {string | null} */ id, /** @type {import("../shared/element.js").Child} */ label) =>
    button(".chip", label, () => pages.show({ side: id }), { ariaPressed: side === id });
  return h("div.chips", { role: "group", ariaLabel: say("filter") }, about
    ? [h("span", say("filter_about", { text: anchor(about)?.text ?? about })), button(".textual", say("filter_clear"), () => pages.show({ about: null }))]
    : story.sides.length > 0 && [chip(null, say("filter_all")), story.sides.map((/** @type {any} */ { id, label }) =>
      chip(id, [h(/** @type {"span"} */ (`span.dot.${sideClass(story, id)}`)), label, " ", h("span.muted", words.number(story.counts.by_side[id] ?? 0))]))]);
}

/** @param {import("./discussion.js").Discussion} discussion */
function orders({ story, say, pages }) {
  const select = h("select", { id: "order", onchange: () => pages.show({ sort: select.value }) },
    ORDERS.filter((order) => order === "controversial" ? story.voting === "up_down" : order !== "balanced" || story.sides.length > 1)
      .map((order) => new Option(say(`sort_${order}`), order)));
  select.value = pages.sort;
  return h("div", h("label", { htmlFor: "order" }, say("sort")), " ", select);
}
