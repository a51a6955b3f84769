/**
 * What a reader has written and not yet posted, kept through reloads, log-in, a purchase and errors.
 */

import { keep, kept } from "./storage.js";

/**
 * @typedef {object} Draft
 * @property {string} text never empty
 * @property {string | null} [side]
 * @property {string | null} [about]
 * @property {string | null} key of the attempt to post exactly this; null after a change
 */

/** @param {string} storyId */
export function draftsOf(storyId) {
  const nameOf = (parentId = "") => `story-comments:draft:${storyId}:${parentId}`;
  return {
    /** @type {(parentId?: string) => Draft | null} of a reply, with the id of its parent */
    read: (parentId) => kept(nameOf(parentId)),
    /** @type {(draft: Draft, parentId?: string) => void} where nothing is written, nothing is kept */
    write: (draft, parentId) => keep(nameOf(parentId), draft.text.trim() ? draft : null),
  };
}
