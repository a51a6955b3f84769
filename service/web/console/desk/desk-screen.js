/** The desk as a place: a queue, filtered or not, one comment in hand. */

import { part } from "../frame/page.js";
import { commentHref, hrefOf } from "../frame/place.js";
import { can } from "../frame/powers.js";
import { Screen } from "../frame/screen.js";
import { Filters, wantedOf } from "../queues/filters.js";
import { ReaderPanel } from "../readers/reader-panel.js";
import { ReadersApi } from "../readers/readers-api.js";
import { nameOf } from "../words/names.js";
import { DeskView } from "./desk-view.js";

export class DeskScreen extends Screen {
  #desk;
  #view;
  #filters;
  #panel;

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("./desk.js").Desk} desk
   * @param {import("../frame/pulse.js").Pulse} pulse
   */
  constructor(tools, desk, pulse) {
    super(tools);
    this.#desk = desk;
    this.#view = new DeskView(desk, pulse, tools.notices, tools.person);
    this.#filters = new Filters(tools.goTo);
    this.#panel = new ReaderPanel(tools, new ReadersApi(tools.api));
    part("filters", HTMLElement).append(this.#filters.element);
  }

  /** The address of what the desk is at. */
  get href() {
    return hrefOf(["queues", this.#desk.queue ?? ""], this.#desk.wanted);
  }

  /** @param {boolean} shown */
  show(shown) {
    part("filters", HTMLElement).hidden = !shown;
    this.#view.show(shown);
  }

  /** @param {import("../frame/place.js").Place} place */
  open(place) {
    const queue = place.view === "queues" && place.path.length === 1 ? place.path[0] : "held";
    const wanted = wantedOf(place.query);
    this.title = nameOf(queue);
    this.#filters.show(["queues", queue], wanted);
    this.#desk.open(queue, wanted, place.query.comment);
  }

  bindings() {
    const { item } = this.#desk;
    const author = item?.author;
    const panel = can(this.tools.person(), "records") && author
      ? [{ keys: "i", name: "The author’s record", run: () => this.#panel.open(author.id, item.story.site) }]
      : [];
    const record = item ? [{ keys: "c", name: "The comment’s whole record", run: () => this.tools.goTo(commentHref(item.comment.id)) }] : [];
    return [
      ...this.#view.bar.bindings(),
      { keys: "n", name: "Skip: give it back and take the next", run: () => this.#view.forward() },
      { keys: "u", name: "Undo the last decision", run: () => this.#desk.undo() },
      ...panel,
      ...record,
      { keys: "/", name: "Filters", run: () => this.#filters.open() },
      { keys: "l", name: "The queue as a list", run: () => this.tools.goTo(this.#filters.otherHref) },
    ];
  }
}
