/**
 * What a reader has written and not yet posted, kept through reloads, log-in, a purchase and errors.
 */

import { keep, kept } from "./storage.js";

/** Who comes back later than this has other things to say. */
const KEPT_MS = 14 * 86_400_000;

/**
 * @typedef {object} Draft
 * @property {string} text
 * @property {string | null} side
 * @property {string | null} about
 * @property {string | null} key of the attempt to post exactly this; null after a change
 */

/** @param {string} storyId */
export function draftsOf(storyId) {
  const nameOf = (parentId = "") => `story-comments:draft:${storyId}:${parentId}`;
  const drafts = {
    /** @param {string} [parentId] of a reply */
    has: (parentId) => !!drafts.read(parentId)?.text.trim(),
    /**
     * @param {string} [parentId] of a reply
     * @returns {Draft | null}
     */
    read(parentId) {
      const draft = kept(nameOf(parentId));
      return Date.now() - draft?.at < KEPT_MS ? draft : null;
    },
    /**
     * @param {Draft} draft
     * @param {string} [parentId]
     */
    write: (draft, parentId) => keep(nameOf(parentId), { ...draft, at: Date.now() }),
    /** @param {string} [parentId] */
    drop: (parentId) => keep(nameOf(parentId), null),
  };
  return drafts;
}
