/**
 * Time that runs out: said anew each second to the eye. Screen readers are told by whoever counts, not by each tick.
 */

/**
 * @param {HTMLElement} place where it is said
 * @param {number} until in ms since the epoch
 * @param {(left_s: number) => string} say
 * @param {() => void} over called once at the end, unless it was stopped before
 * @returns {() => void} stops it
 */
export function countdown(place, until, say, over) {
  const tick = () => {
    const left_s = Math.ceil((until - Date.now()) / 1000);
    place.textContent = say(Math.max(0, left_s));
    if (left_s > 0) return;
    stop();
    over();
  };
  const ticking = setInterval(tick, 1000);
  const stop = () => clearInterval(ticking);
  tick();
  return stop;
}

/**
 * Minutes and seconds, as the reader's language writes them: "04:32".
 * @param {import("../shared/words.js").Words} words
 * @param {number} left_s
 */
export function clock({ locale }, left_s) {
  return new Date(left_s * 1000).toLocaleTimeString(locale, { minute: "2-digit", second: "2-digit", timeZone: "UTC" });
}
