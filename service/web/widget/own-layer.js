/**
 * What belongs to a reader with a token: rights, own comments that others do not see, votes, mutes. It is laid over the
 * page that is the same for everyone, and over every page after it.
 */

import { h } from "../shared/element.js";
import { wayIn } from "./gate.js";
import { OwnStream } from "./own-stream.js";

export class OwnLayer {
  #discussion;
  #askToken;
  /** Tells of rights that change, for the token that it was opened with. @type {OwnStream | null} */
  #stream = null;
  /** @type {string | null} */
  #token = null;

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {import("../shared/api.js").AskToken} askToken
   */
  constructor(discussion, askToken) {
    this.#discussion = discussion;
    this.#askToken = askToken;
  }

  stop() {
    this.#stream?.stop();
    this.#token = null;
  }

  /**
   * Asks who this is. A subscription may begin or end while the page is open; the reader's own stream says so, and is
   * opened before rights are asked for, so that no change falls in between.
   * @param {string} token
   * @returns {Promise<import("./viewer.js").Viewer>}
   */
  async load(token) {
    const { api, path, known, viewing } = this.#discussion;
    if (token !== this.#token) {
      this.stop();
      this.#token = token;
      this.#stream = new OwnStream(api, this.#askToken, () => viewing.load());
    }
    await this.#stream?.opened;
    const [me, layer] = await Promise.all([
      // A sanction of another site is none here, so the story's own site is named.
      known.then(({ site }) => api.get("v1/me", { site })),
      api.get(`v1/me/${path.slice("v1/".length)}`),
    ]);
    return {
      signedIn: true,
      expired: false,
      id: me.id,
      problem: me.gate?.problem ?? null,
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

  /**
   * The sanction in force on this story's site that is of this kind.
   * @param {string} kind
   */
  sanction(kind) {
    const { viewer, story } = this.#discussion;
    return viewer.sanctions.find(
      (one) => one.kind === kind && (!one.site || one.site === story.site) && !(kind === "warn" && one.acknowledged_at));
  }

  /** Why no way in helps this reader; null for everyone else. */
  barred() {
    const { words, viewer } = this.#discussion;
    if (viewer.problem !== "banned" && viewer.problem !== "suspended") return null;
    const until = this.sanction("suspend")?.until;
    return viewer.problem === "suspended" && until ? words.say("suspended", { when: words.exact(until) }) : words.say("banned");
  }

  /** What a reader who may not take part is told about it; null where it is the same for everyone. */
  why() {
    const { words, viewer } = this.#discussion;
    if (viewer.expired) return words.say("session_ended");
    if (!viewer.status) return null;
    const ended = `gate_${viewer.status}`;
    return words.say(words.has(ended) ? ended : "gate_lapsed");
  }

  /** The way to renew a subscription, where that is another than to begin one. */
  renewal() {
    const { viewing } = this.#discussion;
    const url = viewing.way("renew_url");
    if (!url || url === viewing.way("subscribe_url")) return null;
    return wayIn(this.#discussion, "renew", ".textual", { url }, url);
  }

  /**
   * What a reader may do with a comment that is theirs.
   * @param {any} comment
   * @param {boolean} isOwn
   * @param {(act: string) => HTMLElement} button
   */
  actions(comment, isOwn, button) {
    const until = this.#discussion.viewer.editable[comment.id];
    return [
      until !== undefined && Date.parse(until) > Date.now() && button("edit"),
      isOwn && button("delete"),
      comment.decision_id && button("why"),
    ];
  }

  /** What stands above a comment that only its author sees. @param {any} comment */
  mark({ status, reason }) {
    const { words } = this.#discussion;
    return (status === "held" || status === "rejected") && h("span.mark", {}, words.say(status),
      words.has(`report_${reason}`) && ` ${words.say(`report_${reason}`)}.`);
  }

  layOver() {
    for (const comment of this.#discussion.viewer.own) this.#put(comment);
  }

  /** @param {any} comment */
  #put(comment) {
    const { list, pages } = this.#discussion;
    if (list.find(comment.id)) list.update(comment);
    else if (comment.parent_id) list.placeReply(comment);
    else if (!pages.isConversation) list.prepend(comment);
    pages.refreshEnd();
  }

  /** @param {Partial<import("./viewer.js").Viewer>} change that nobody has to be told of */
  #note(change) {
    const { viewing } = this.#discussion;
    viewing.viewer = { ...viewing.viewer, ...change };
  }

  /**
   * The viewer wrote, or changed, a comment.
   * @param {any} comment as the service answered
   * @param {string} editableUntil
   */
  wrote(comment, editableUntil) {
    const { viewer, list } = this.#discussion;
    const others = viewer.own.filter((one) => one.id !== comment.id);
    this.#note({
      own: comment.status === "published" ? others : [...others, comment],
      editable: { ...viewer.editable, [comment.id]: editableUntil },
    });
    this.#put(comment);
    return list.find(comment.id);
  }

  /**
   * @param {string} id
   * @param {-1 | 0 | 1} value the viewer's vote on that comment
   */
  voted(id, value) {
    const { [id]: _, ...others } = this.#discussion.viewer.votes;
    this.#note({ votes: value ? { ...others, [id]: value } : others });
  }

  /**
   * @param {string} author whose comments this reader does not want to see, or wants to see again
   * @param {boolean} isMuted
   */
  mutes(author, isMuted) {
    const muted = new Set(this.#discussion.viewer.muted);
    if (isMuted) muted.add(author);
    else muted.delete(author);
    this.#note({ muted });
    this.#discussion.list.refresh();
  }

  /**
   * A write was refused for want of a subscription. Whatever the last answer about rights said, this one counts.
   * @param {import("../shared/api.js").Problem} problem
   */
  lostEntitlement({ slug, members }) {
    const { viewing, viewer } = this.#discussion;
    viewing.set({
      ...viewer,
      problem: slug,
      entitled: false,
      status: members.entitlement?.status ?? viewer.status,
      links: { ...viewer.links, ...members },
    });
  }
}

/** @type {(discussion: any, askToken: any) => OwnLayer} */
export const ownLayer = (discussion, askToken) => new OwnLayer(discussion, askToken);
