/**
 * Who is reading, what they may do, and what only they see on this story.
 */

/**
 * @typedef {object} Viewer
 * @property {boolean} signedIn
 * @property {boolean} expired the page's token was refused, and no newer one came
 * @property {string | null} id the reader's public id, as in `Comment.author.id`
 * @property {string | null} problem slug of the refusal that a comment would get; null when nothing is in the way
 * @property {boolean} entitled has what taking part needs, though a sanction may stand in the way
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
  problem: "token-missing",
  entitled: false,
  status: null,
  sanctions: [],
  links: {},
  own: [],
  votes: {},
  muted: new Set(),
  editable: {},
};
