/**
 * Time that runs out: said anew each second, to whoever looks. Screen readers are told by whoever counts, not by each tick.
 */

import { fill } from "../shared/element.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {HTMLElement} place where it is said; the count ends when that leaves the page
 * @param {string | number} until
 * @param {string} key of what is said, with the `{count}` of seconds that are left or the `{time}`: "04:32", in the reader's digits
 * @param {() => void} over called once at the end
 */
export function countdown(discussion, place, until, key, over) {
  const count = Math.ceil((+new Date(until) - Date.now()) / 1000);
  fill(place, discussion.say(key, { count, time: new Date(count * 1000).toISOString().slice(14, 19).replace(/\d/g, /** @type {any} */ (discussion.words.number)) }));
  if (count > 0) setTimeout(() => place.isConnected && countdown(discussion, place, until, key, over), 1000);
  else over();
}
