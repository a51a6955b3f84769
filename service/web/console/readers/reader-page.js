/** A reader's record as a page of its own. */

import { fill, h } from "../../shared/element.js";
import { authorRange } from "../bulk/author-range.js";
import { BulkPanel } from "../bulk/bulk-panel.js";
import { hrefOf } from "../frame/place.js";
import { can } from "../frame/powers.js";
import { Screen } from "../frame/screen.js";
import { ReaderRecordView } from "./reader-record.js";
import { part } from "./record-parts.js";

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
    const bulk = new BulkPanel(this.tools, () => this.tools.decided());
    const range = part("Many at once", authorRange(record.id, (selection) => bulk.preview(selection)));
    fill(this.element, view.element, can(this.tools.person(), "review") && range, bulk.element);
    this.lead();
  }

  #unfoldRange() {
    const range = this.element.querySelector("details.range");
    if (!(range instanceof HTMLDetailsElement)) return;
    range.open = true;
    range.querySelector("input")?.focus();
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
      { keys: "shift+r", name: "Reject their comments of some time, counted first", run: () => this.#unfoldRange() },
      { keys: "c", name: "All their comments", run: everything },
    ];
  }
}
