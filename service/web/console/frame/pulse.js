/** How much waits in each queue, asked for now and then: gently, and not at all while nobody is looking. */

import { Problem } from "../../shared/api.js";

const EVERY_S = 20;
const SLOWEST_S = 160;

export class Pulse extends EventTarget {
  #ask;
  #going = false;
  #failures = 0;
  /** @type {number | undefined} */
  #timer;

  /** @type {Map<string, import("../words/types.js").QueueFigures>} */
  figures = new Map();
  /** When the figures were true, in milliseconds; null before the first. */
  at = /** @type {number | null} */ (null);

  /**
   * Sends "change" for each new set of figures, and when they could not be had.
   * @param {() => Promise<Map<string, import("../words/types.js").QueueFigures>>} ask
   */
  constructor(ask) {
    super();
    this.#ask = ask;
    document.addEventListener("visibilitychange", () => this.#going && !document.hidden && this.refresh());
  }

  get stale() {
    return this.#failures > 0;
  }

  start() {
    this.#going = true;
    return this.refresh();
  }

  stop() {
    this.#going = false;
    clearTimeout(this.#timer);
    this.figures = new Map();
    this.at = null;
  }

  /** Asks now, and again later. A failure is told by `stale`; the next try comes later each time. */
  async refresh() {
    clearTimeout(this.#timer);
    let wait_s = EVERY_S;
    try {
      const figures = await this.#ask();
      if (!this.#going) return;
      this.figures = figures;
      this.at = Date.now();
      this.#failures = 0;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#failures += 1;
      wait_s = Math.max(Math.min(EVERY_S * 2 ** this.#failures, SLOWEST_S), error.members.retry_after_s ?? 0);
    }
    if (!this.#going) return;
    this.dispatchEvent(new Event("change"));
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (document.hidden ? undefined : this.refresh()), wait_s * 1000);
  }
}
