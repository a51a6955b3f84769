/**
 * The reader's own stream: tells when a subscription began or ended, so that the composer and the gate change places.
 */

import { followEvents } from "../shared/live.js";

/** Whoever waits for the stream before asking what may be done waits no longer than this. */
const PATIENCE_MS = 2_000;

/**
 * Has the reader's rights asked for anew whenever they changed, or may have since the stream was last open.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {AbortSignal} signal
 * @returns {Promise<unknown>} kept once it is open, or once there is no waiting for it: what is asked after this misses
 *   no change
 */
export const followOwn = ({ api, viewing }, signal) => new Promise((resolve) => {
  let isAwaited = true;
  const settle = () => resolve((isAwaited = false));
  setTimeout(settle, PATIENCE_MS);
  followEvents(() => api.url("v1/me/live"), (event) => {
    // Whoever still waits asks by themselves.
    if (isAwaited) settle();
    else if (event !== "closed") viewing.load();
  }, signal, (open) => api.asCaller(open));
});
