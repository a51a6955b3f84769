/** Moments and lengths of time in words. What depends on the present takes `now`, in milliseconds. */

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/**
 * How long something lasts, in its two largest useful parts: "40 s", "4 min", "2 h 5 min", "3 d".
 * @param {number} seconds
 */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < MINUTE_S) return `${s} s`;
  if (s < HOUR_S) return `${Math.floor(s / MINUTE_S)} min`;
  if (s >= 2 * DAY_S) return `${Math.floor(s / DAY_S)} d`;
  const minutes = Math.floor((s % HOUR_S) / MINUTE_S);
  return minutes ? `${Math.floor(s / HOUR_S)} h ${minutes} min` : `${Math.floor(s / HOUR_S)} h`;
}

/**
 * How long ago a moment was.
 * @param {string} at RFC 3339
 * @param {number} [now]
 */
export function age(at, now = Date.now()) {
  return span((now - Date.parse(at)) / 1000);
}

/**
 * What is left until a moment, as a clock that counts down: "4:05".
 * @param {number} seconds
 */
export function clock(seconds) {
  const s = Math.max(0, Math.ceil(seconds));
  return `${Math.floor(s / MINUTE_S)}:${String(s % MINUTE_S).padStart(2, "0")}`;
}

/** @param {string} at RFC 3339 */
export function full(at) {
  return FULL.format(new Date(at));
}

/** @param {number} at milliseconds */
export function timeOfDay(at) {
  return CLOCK.format(at);
}
