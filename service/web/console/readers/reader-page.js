/** A reader's record as a page of its own. */

import { fill, h } from "../../shared/element.js";
import { hrefOf } from "../frame/place.js";
import { Screen } from "../frame/screen.js";
import { ReaderRecordView } from "./reader-record.js";

export class ReaderPage extends Screen {
  #readers;
  #id = "";

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("./readers-api.js").ReadersApi} readers
   */
  constructor(tools, readers) {
    super(tools);
    this.#readers = readers;
  }

  /** @param {import("../frame/place.js").Place} place */
  async open(place) {
    this.turn();
    this.#id = place.path[0] ?? "";
    this.title = "A reader";
    fill(this.element, h("h1", {}, "Reading the record…"));
    const record = await this.ask(() => this.#readers.record(this.#id), () => this.open(place));
    if (!record) return;
    this.title = record.name;
    const view = new ReaderRecordView(this.tools, this.#readers);
    view.show(record);
    fill(this.element, view.element);
    this.lead();
  }

  bindings() {
    const unfold = () => {
      const limit = this.element.querySelector("details.limit");
      if (!(limit instanceof HTMLDetailsElement)) return;
      limit.open = true;
      limit.querySelector("select")?.focus();
    };
    const everything = () => this.tools.goTo(hrefOf(["search"], { author: this.#id }));
    return [
      { keys: "l", name: "Set a limit", run: unfold },
      { keys: "c", name: "All their comments", run: everything },
    ];
  }
}
