/** How long the comment in hand is still kept from other moderators. */

import { fill, h } from "../shared/element.js";
import { clock } from "./times.js";

/** From here on the time left is shown as short. */
const SHORT_S = 60;
/** No claim lasts so long: this computer's clock and the service's differ too much for a countdown to be true. */
const LONGEST_S = 3600;

/**
 * Counts down in `element` until the claim ends or `signal` stops it.
 * @param {HTMLElement} element
 * @param {string | null} until
 * @param {AbortSignal} signal
 * @param {() => void} ended
 */
export function countDown(element, until, signal, ended) {
  const end = until ? Date.parse(until) : NaN;
  const first_s = (end - Date.now()) / 1000;
  if (!(first_s > 0 && first_s < LONGEST_S)) return fill(element);
  const draw = () => {
    const left_s = (end - Date.now()) / 1000;
    element.classList.toggle("short", left_s < SHORT_S);
    if (left_s > 0) return fill(element, "Yours for ", h("span.clock", {}, clock(left_s)));
    clearInterval(timer);
    fill(element, "No longer yours alone");
    ended();
  };
  const timer = setInterval(draw, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
  draw();
}
