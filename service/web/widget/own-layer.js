/**
 * What belongs to a reader with a token: rights, own comments that others do not see, votes, mutes. It is laid over the
 * page that is the same for everyone, and over every page after it.
 */

import { button, h } from "../shared/element.js";
import { openActivity } from "./activity.js";
import { wayIn } from "./gate.js";
import { followOwn } from "./own-stream.js";

/** @param {import("./discussion.js").Discussion} discussion */
export function ownLayer(discussion) {
  const { api, list, pages, viewing, words, say } = discussion;
  /** @type {AbortController | undefined} */
  let leaving;
  /** The token that the reader's stream was opened with, and when it was. @type {string | null} */
  let token;
  /** @type {Promise<unknown>} */
  let opened;

  const activity = button(".textual.own", say("activity"), () => openActivity(discussion));

  /** @param {any} comment that may be on the page already */
  function put(comment) {
    if (list.find(comment.id)) list.update(comment);
    else if (comment.parent_id) list.placeReply(comment);
    else if (!pages.isConversation) list.prepend(comment);
    pages.refreshEnd();
  }

  const own = {
    stop() {
      leaving?.abort();
      activity.remove();
    },

    /**
     * Asks who this is. A subscription may begin or end while the page is open; the reader's own stream says so, and is
     * opened before rights are asked for, so that no change falls in between.
     * @param {string} given
     * @returns {Promise<import("./viewing.js").Viewer>}
     */
    async load(given) {
      if (given !== token) {
        own.stop();
        token = given;
        leaving = new AbortController();
        opened = followOwn(discussion, leaving.signal);
        discussion.top.append(activity);
      }
      await opened;
      // A sanction of another site is none here, so the story's own site is named.
      const site = (await discussion.loaded)?.story.site;
      const [me, layer] = await Promise.all([api.get("v1/me", { site }), api.get(discussion.path.replace("v1", "v1/me"))]);
      return {
        signedIn: true, links: {}, ...me, ...me.entitlement, ...me.gate, ...layer, own: layer.comments, muted: new Set(layer.muted),
        // A sanction that ends by itself is told by its end, in the reader's own time.
        barred: me.gate?.until ? say("again", { when: words.exact(me.gate.until) }) : me.gate?.problem === "banned" && me.gate.message,
      };
    },

    /**
     * The sanction in force on this story's site that is of this kind.
     * @param {string} kind
     */
    sanction: (kind) => discussion.viewer.sanctions?.find(
      (one) => one.kind === kind && [null, discussion.story.site].includes(one.site)),

    /** The way to renew a subscription, where that is another than to begin one. */
    renewal() {
      const url = viewing.way("renew_url");
      return url !== viewing.way("subscribe_url") && url && wayIn(discussion, "renew", ".textual", { url }, url);
    },

    /**
     * What a reader may do with a comment that is theirs.
     * @param {any} comment
     * @param {boolean} isOwn
     * @param {(act: string) => HTMLElement} button
     * @param {(act: string, label: string) => HTMLElement} named
     */
    actions: (comment, isOwn, button, named) => [
      +new Date(discussion.viewer.editable[comment.id]) > Date.now() && button("edit"),
      isOwn ? button("delete") : comment.author && comment.status === "published" && named("mute", "mute_of"),
      comment.decision_id && button("why"),
    ],

    /** What stands above a comment that only its author sees. @param {any} comment */
    mark: ({ status, status_words, reason_words }) => ["held", "rejected"].includes(status)
      && h("span.mark", status_words, " ", reason_words),

    /**
     * What stands in the place of a comment whose author the reader has muted; nothing for others.
     * @param {import("./comment-card.js").Card} card
     */
    muted(card) {
      const link = (/** @type {string} */ act, /** @type {string} */ key, /** @type {() => unknown} */ onclick) =>
        [" ", button(".textual", say(key), onclick, { "data-act": act })];
      return !card.unmuted && discussion.viewer.muted.has(card.comment.author?.id) && [say("muted"),
        link("show", "muted_show", () => {
          card.unmuted = true;
          card.refresh();
        }),
        link("unmute", "unmute", () => discussion.act("unmute", card))];
    },

    layOver: () => discussion.viewer.own.forEach(put),

    /**
     * The viewer wrote, or changed, a comment.
     * @param {any} comment as the service answered
     * @param {string | number} editableUntil
     */
    wrote(comment, editableUntil) {
      const { id } = comment;
      viewing.settled(id);
      const { viewer } = discussion;
      if (comment.status !== "published") viewer.own.push(comment);
      viewer.editable[id] = editableUntil;
      put(comment);
      return list.find(id);
    },
  };
  return own;
}
