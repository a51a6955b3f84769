/**
 * One page of the console beside the desk: it is opened for a place, draws itself into its element, and is left.
 *
 * What it asks the service for goes through `ask`, so that an answer to a place that was left since is dropped, and a
 * failure is told with a way to try again.
 */

import { h } from "../../shared/element.js";
import { focusOn } from "./page.js";

/**
 * @typedef {import("./place.js").Place} Place
 * @typedef {import("./keys.js").Binding & {name: string}} NamedBinding
 *
 * @typedef {object} Tools what every screen works with
 * @property {import("../../shared/api.js").Api} api
 * @property {import("./notices.js").Notices} notices
 * @property {() => import("../words/types.js").Person | null} person who is signed in
 * @property {(href: string) => void} goTo
 * @property {() => void} decided told when a decision was taken: what waits has changed
 */

export class Screen {
  /** @protected @type {Tools} */
  tools;
  /** Rises with each place: an answer to an earlier one comes too late. */
  #turn = 0;
  element = h("div.screen");
  /** What the window is called while this is open. */
  title = "";

  /** @param {Tools} tools */
  constructor(tools) {
    this.tools = tools;
  }

  /**
   * @param {Place} place
   * @returns {void | Promise<void>}
   */
  open(place) {
    throw new Error(`Nothing is drawn for ${place.view}.`);
  }

  /** @returns {NamedBinding[]} */
  bindings() {
    return [];
  }

  /** Turns to another place: what was asked before is not waited for any more. */
  turn() {
    this.#turn += 1;
  }

  /**
   * What `work` brings; undefined when it failed, which is told, or came too late.
   * @template Found
   * @param {() => Promise<Found>} work
   * @param {() => void} retry
   * @returns {Promise<Found | undefined>}
   */
  async ask(work, retry) {
    const turn = this.#turn;
    try {
      const found = await work();
      if (turn !== this.#turn) return undefined;
      this.tools.notices.fail(null);
      return found;
    } catch (error) {
      if (turn === this.#turn) this.tools.notices.fail({ error, retry });
      return undefined;
    }
  }

  /** Leads the focus to the head of what is new. */
  lead() {
    const title = this.element.querySelector("h1");
    if (title) focusOn(title);
    window.scrollTo({ top: 0 });
  }
}
