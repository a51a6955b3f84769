/**
 * When this browser last showed a story, so that what has come since can be marked. Kept in the browser, told to nobody.
 */

import { inStorage } from "./drafts.js";

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
  const kept = JSON.parse(inStorage("getItem", name) ?? "null");
  const before = kept && at - kept.at < BREAK_MS ? kept.before : kept && { at: kept.at, count: kept.count };
  inStorage("setItem", name, JSON.stringify({ at, count, before }));
  return before;
}
