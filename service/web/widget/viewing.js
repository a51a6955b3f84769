/**
 * Who is reading, as far as everyone's page needs to know. What a reader with a token has besides is in own-layer.js.
 */

import { Problem } from "../shared/public-api.js";
import { removeComment } from "./changes.js";

/**
 * @typedef {object} Viewer who is reading, what they may do, and what only they see on this story
 * @property {boolean} [signedIn]
 * @property {boolean} [expired] the page's token was refused, and no newer one came
 * @property {string} [id] the reader's public id, as in `Comment.author.id`
 * @property {string | null} problem slug of the refusal that a comment would get; null when nothing is in the way
 * @property {string | false} [message] why they may not take part, where that is not the same for everyone
 * @property {string | false} [barred] why no way in helps
 * @property {boolean} [entitled] has what taking part needs, though a sanction may stand in the way
 * @property {string | null} [status] of the subscription; null when there never was one
 * @property {any[]} [sanctions] those in force, on any site
 * @property {Record<string, string>} links addresses that help this reader in
 * @property {any[]} own own comments that others do not see: held and rejected ones
 * @property {Record<string, 1 | -1>} votes by comment
 * @property {Set<string>} muted authors
 * @property {Record<string, string | number>} editable until when, by comment
 */

/** @type {Viewer} */
const ANONYMOUS = { problem: "token-missing", links: {}, own: [], votes: {}, muted: new Set(), editable: {} };

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("../shared/api.js").AskToken} askToken
 */
export function viewingOf(discussion, askToken) {
  let loads = 0;
  const viewing = {
    viewer: ANONYMOUS,
    /** What only this reader sees; null for somebody without a token. @type {any} */
    own: null,
    /** Whether it has been found out who is reading. */
    isKnown: false,
    /** Comments that this reader has reported since the page was opened. @type {Set<string>} */
    reported: new Set(),
    /** Kept once it is known what the viewer may do. */
    ready: Promise.resolve(),
    /**
     * Where a reader gets in: what is known of the viewer, or the story's policy.
     * @param {"login_url" | "subscribe_url" | "renew_url"} name
     * @returns {string | null | undefined}
     */
    way: (name) => viewing.viewer.links[name] ?? discussion.story.policy[name],
    /** The page has another token, or the reader other rights. */
    load: () => (viewing.ready = found()),
    stop() {
      viewing.own?.stop();
      viewing.own = null;
    },
    /** @param {Viewer} viewer */
    set(viewer) {
      const before = viewing.viewer;
      viewing.viewer = viewer;
      viewing.isKnown = true;
      if (viewer.id !== before.id) {
        viewing.reported.clear();
        // What only the one before could see goes with them.
        for (const { id } of before.own) removeComment(discussion, id, null);
      }
      if (!discussion.story) return;
      viewing.layOver();
      discussion.list.refresh();
      discussion.list.reopen();
      discussion.entry.refresh();
    },
    /** Puts the viewer's held and rejected comments where the viewer would look for them. */
    layOver: () => viewing.own?.layOver(),
    /** @param {string} id a comment of the viewer's that is published now, or gone */
    settled(id) {
      viewing.viewer.own = viewing.viewer.own.filter((one) => one.id !== id);
    },
  };

  async function found() {
    const load = ++loads;
    let viewer = ANONYMOUS;
    try {
      const token = await askToken(false);
      if (token) {
        const more = await discussion.more();
        if (!more) throw new Problem("unreachable");
        if (discussion.signal.aborted) return;
        viewing.own ??= more.ownLayer(discussion);
        viewer = await viewing.own.load(token);
      } else {
        viewing.stop();
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Not reachable just now: what was known stays, and the next action finds out.
      viewer = error.status === 401 ? { ...ANONYMOUS, expired: true, message: error.message }
        : viewing.viewer.signedIn ? viewing.viewer : { ...ANONYMOUS, problem: "unreachable" };
    }
    if (load !== loads || discussion.signal.aborted) return;
    if (viewer.expired) discussion.emit("token-expired", {});
    viewing.set(viewer);
  }

  return viewing;
}
