/**
 * When this browser last showed a story, so that what has come since can be marked. Kept in the browser, told to nobody.
 */

import { keep, kept } from "./storage.js";

/** Whoever comes back within this time is still on the same visit. */
const BREAK_MS = 30 * 60_000;

/** @typedef {{at: number, count: number}} Visit when it was (in ms since the epoch), and how many comments there were */

/**
 * Notes that the story is being read.
 * @param {string} storyId
 * @param {number} count its comments now
 * @returns {Visit | null} the visit before this one; null at the first
 */
export function visited(storyId, count) {
  const name = `story-comments:visit:${storyId}`;
  const at = Date.now();
  const last = kept(name);
  const before = at - last?.at < BREAK_MS ? last.before : last && { ...last, before: null };
  keep(name, { at, count, before });
  return before;
}
