/** A reader's record beside the comment in hand, in a panel that Escape closes. */

import { fill, h } from "../../shared/element.js";
import { troubleOf } from "../frame/problems.js";
import { ReaderRecordView } from "./reader-record.js";

export class ReaderPanel {
  #tools;
  #readers;
  #dialog = h("dialog.panel-dialog", { "aria-labelledby": "reader-title" });

  /**
   * @param {import("../frame/screen.js").Tools} tools
   * @param {import("./readers-api.js").ReadersApi} readers
   */
  constructor(tools, readers) {
    this.#tools = tools;
    this.#readers = readers;
    document.body.append(this.#dialog);
    window.addEventListener("hashchange", () => this.close());
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /**
   * @param {string} reader
   * @param {string} site of the comment in hand
   */
  async open(reader, site) {
    const close = h("button.quiet", { onclick: () => this.close() }, "Close ", h("kbd", { "aria-hidden": "true" }, "Esc"));
    const body = h("div", {}, h("h1", { id: "reader-title", tabIndex: -1 }, "Reading the record…"));
    fill(this.#dialog, h("div.panel-head", {}, close), body);
    this.#dialog.showModal();
    try {
      const record = await this.#readers.record(reader);
      const view = new ReaderRecordView(this.#tools, this.#readers, { site, inPanel: true });
      view.show(record);
      fill(body, view.element);
      view.element.querySelector("h1")?.focus();
    } catch (error) {
      const { title, advice } = troubleOf(error);
      fill(body, h("h1", { id: "reader-title" }, title), h("p", { role: "alert" }, advice));
    }
  }
}
