/**
 * Who is reading, what they may do, and what only they see on this story.
 */

/**
 * @typedef {object} Viewer
 * @property {boolean} signedIn
 * @property {boolean} expired the page's token was refused, and no newer one came
 * @property {string | null} id the reader's public id, as in `Comment.author.id`
 * @property {boolean} entitled may take part
 * @property {string | null} status of the subscription; null when there never was one
 * @property {any[]} sanctions those in force, on any site
 * @property {Record<string, string>} links addresses that help this reader in
 * @property {any[]} own own comments that others do not see: held and rejected ones
 * @property {Record<string, 1 | -1>} votes by comment
 * @property {Set<string>} muted authors
 * @property {Record<string, string>} editable until when, by comment
 */

/** @type {Viewer} */
export const ANONYMOUS = {
  signedIn: false,
  expired: false,
  id: null,
  entitled: false,
  status: null,
  sanctions: [],
  links: {},
  own: [],
  votes: {},
  muted: new Set(),
  editable: {},
};

/**
 * @param {import("../shared/api.js").Api} api holding a token
 * @param {string} storyId
 * @returns {Promise<Viewer>}
 */
export async function loadViewer(api, storyId) {
  const [me, layer] = await Promise.all([api.get("v1/me"), api.get(`v1/me/stories/${encodeURIComponent(storyId)}`)]);
  return {
    signedIn: true,
    expired: false,
    id: me.id,
    entitled: me.entitlement.entitled,
    status: me.entitlement.status === "none" ? null : me.entitlement.status,
    sanctions: me.sanctions,
    links: me.gate?.links ?? {},
    own: layer.comments,
    votes: layer.votes,
    muted: new Set(layer.muted),
    editable: layer.editable,
  };
}
