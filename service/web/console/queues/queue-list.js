/** A queue as a list: what waits, and who holds what. */

import { hrefOf } from "../frame/place.js";
import { nameOf } from "../words/names.js";
import { ChoosingList } from "./choosing-list.js";
import { Filters, wantedOf } from "./filters.js";

const PAGE = "50";

export class QueueList extends ChoosingList {
  #review;
  #filters;

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("../desk/review-api.js").ReviewApi} review
   */
  constructor(tools, review) {
    const filters = new Filters(tools.goTo);
    super(tools, review, filters.element);
    this.#review = review;
    this.#filters = filters;
  }

  /** @param {import("../frame/place.js").Place} place */
  open(place) {
    this.title = `${nameOf(place.path[0])}, as a list`;
    this.#filters.show([place.view, ...place.path], wantedOf(place.query));
    return this.begin(place);
  }

  /** @param {string | null} cursor */
  async page(cursor) {
    const found = await this.#review.page(this.place.path[0], { ...wantedOf(this.place.query), limit: PAGE, cursor });
    return { items: found.items, next: found.next_cursor };
  }

  /** @param {import("../words/types.js").Item} item taken in hand */
  hrefOf(item) {
    return hrefOf(["queues", item.queue], { ...wantedOf(this.place.query), comment: item.comment.id });
  }

  bindings() {
    return [
      ...super.bindings(),
      { keys: "/", name: "Filters", run: () => this.#filters.open() },
      { keys: "l", name: "One at a time", run: () => this.tools.goTo(this.#filters.otherHref) },
    ];
  }
}
