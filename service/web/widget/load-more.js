/**
 * Where the file comes from that embed.js does without at first. A module of its own, because the built widget hands
 * over what embed.js has brought already instead of loading it again.
 */

/** @returns {Promise<typeof import("./more.js")>} loaded once; after a failure it is asked for again */
export const loadMore = () => import("./more.js");
