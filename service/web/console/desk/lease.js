/**
 * How long the comment in hand is still kept from other moderators. While someone is at work on it that time is made
 * longer before it runs out; whoever has walked away loses it, and may get it back on returning.
 */

import { fill, h } from "../../shared/element.js";
import { clock } from "../words/times.js";

/** From here on the time left is shown as short, and made longer for whoever is at work. */
const SHORT_S = 60;
/** Whoever pressed a key, moved or scrolled in this time is at work. */
const AT_WORK_MS = 30_000;
/** Between two tries to make it longer. */
const AGAIN_MS = 15_000;
/** No claim lasts so long: this computer's clock and the service's differ too much for a countdown to be true. */
const LONGEST_S = 3600;

export class Lease {
  element = h("span.lease");
  #renew;
  #ended;
  #workedAt = -Infinity;
  #triedAt = -Infinity;
  #end = NaN;
  #hasEnded = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {() => void} renew
   * @param {() => void} ended told once, when the time has run out
   */
  constructor(renew, ended) {
    this.#renew = renew;
    this.#ended = ended;
    const atWork = () => {
      this.#workedAt = performance.now();
    };
    for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
      document.addEventListener(sign, atWork, { passive: true, capture: true });
    }
  }

  /** @param {string} until the claim's end */
  start(until) {
    this.stop();
    this.#end = Date.parse(until);
    const left_s = this.#left();
    if (!(left_s > 0 && left_s < LONGEST_S)) return;
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#draw(left_s);
  }

  stop() {
    clearInterval(this.#timer);
    this.#hasEnded = false;
    fill(this.element);
  }

  #left() {
    return (this.#end - Date.now()) / 1000;
  }

  #tick() {
    const left_s = this.#left();
    const now = performance.now();
    this.#draw(left_s);
    if (left_s <= 0 && !this.#hasEnded) {
      this.#hasEnded = true;
      this.#ended();
    }
    if (left_s > SHORT_S || now - this.#workedAt > AT_WORK_MS || now - this.#triedAt < AGAIN_MS) return;
    this.#triedAt = now;
    this.#renew();
  }

  /** @param {number} left_s */
  #draw(left_s) {
    this.element.classList.toggle("short", left_s < SHORT_S);
    if (left_s > 0) fill(this.element, "Yours for ", h("span.clock", {}, clock(left_s)));
    else fill(this.element, "No longer yours alone");
  }
}
