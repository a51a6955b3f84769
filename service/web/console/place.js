/**
 * Where in the console someone is, as the address after "#": "#/queues/held". It names places only, never a person or a
 * token, so it can be bookmarked and survives signing in again.
 */

/** @typedef {{view: "queue", queue: string}} Place */

/** @type {Place} */
const START = { view: "queue", queue: "held" };

/**
 * @param {string} hash of the page's address
 * @returns {Place} the start for what names no place
 */
export function placeOf(hash) {
  const queue = /^#\/queues\/([a-z][a-z_-]{0,40})$/.exec(hash)?.[1];
  return queue ? { view: "queue", queue } : START;
}

/** @param {string} queue */
export function queueHref(queue) {
  return `#/queues/${encodeURIComponent(queue)}`;
}
