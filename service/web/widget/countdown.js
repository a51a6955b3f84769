/**
 * Time that runs out: said once to screen readers, and anew each second to the eye.
 */

import { fill, h } from "../shared/element.js";

/**
 * @param {HTMLElement} place where it is said; the count ends when that leaves the page
 * @param {string | null} spoken
 * @param {number} until in ms since the epoch
 * @param {(left_s: number) => string} say
 * @param {() => void} over called once at the end
 */
export function countdown(place, spoken, until, say, over) {
  const left = h("span", { ariaHidden: "true" });
  const tick = () => {
    const left_s = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    fill(left, say(left_s));
    if (left_s) setTimeout(() => place.isConnected && tick(), 1000);
    else over();
  };
  fill(place, h("span.visually-hidden", spoken), left);
  tick();
}

/**
 * Minutes and seconds, as the reader's language writes them: "04:32".
 * @param {import("../shared/words.js").Words} words
 * @param {number} left_s
 */
export const clock = ({ locale }, left_s) =>
  new Date(left_s * 1000).toLocaleTimeString(locale, { minute: "2-digit", second: "2-digit", timeZone: "UTC" });
