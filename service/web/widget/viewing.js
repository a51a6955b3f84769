/**
 * The viewer's own layer: asked for when the page has a token, laid over the list, asked for anew when rights change.
 */

import { Problem } from "../shared/api.js";
import { ANONYMOUS, loadViewer } from "./viewer.js";

export class Viewing {
  #discussion;
  #askToken;
  #loads = 0;
  /** The reader's own stream, and the token that it was opened for. @type {Promise<import("./own-stream.js").OwnStream> | null} */
  #stream = null;
  /** @type {string | null} */
  #streamToken = null;
  /** The last refusal for want of a subscription. @type {Record<string, any>} */
  #refusal = {};

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {import("../shared/api.js").AskToken} askToken
   */
  constructor(discussion, askToken) {
    this.#discussion = discussion;
    this.#askToken = askToken;
    this.viewer = ANONYMOUS;
    /** Whether it has been found out who is reading. */
    this.isKnown = false;
    /** Comments that this reader has reported since the page was opened. @type {Set<string>} */
    this.reported = new Set();
    /** Kept once it is known what the viewer may do. @type {Promise<void>} */
    this.ready = Promise.resolve();
  }

  /**
   * Where a reader gets in: what the last refusal said, what is known of the viewer, or the story's policy.
   * @param {"login_url" | "subscribe_url" | "renew_url"} name
   * @returns {string | null | undefined}
   */
  way(name) {
    return this.#refusal[name] ?? this.viewer.links[name] ?? this.#discussion.story.policy[name];
  }

  /**
   * The sanction in force on this story's site that is of one of these kinds.
   * @param {...string} kinds
   */
  sanction(...kinds) {
    const { site } = this.#discussion.story;
    return this.viewer.sanctions.find(
      (one) => kinds.includes(one.kind) && (!one.site || one.site === site) && !(one.kind === "warn" && one.acknowledged_at));
  }

  /** The page has another token, or the reader other rights. */
  load() {
    this.ready = this.#load();
    return this.ready;
  }

  stop() {
    this.#stream?.then((stream) => stream.stop(), () => {}); // One that never came needs no stopping.
    this.#stream = this.#streamToken = null;
  }

  async #load() {
    const load = ++this.#loads;
    const { signal } = this.#discussion;
    let viewer = ANONYMOUS;
    try {
      const token = await this.#askToken(false);
      if (signal.aborted) return;
      if (token) {
        await this.#follow(token);
        viewer = await loadViewer(this.#discussion);
      } else {
        this.stop();
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // Not reachable just now: what was known stays, and the next action finds out.
      viewer = error.status === 401 ? { ...ANONYMOUS, expired: true }
        : this.viewer.signedIn ? this.viewer : { ...ANONYMOUS, problem: "unreachable" };
    }
    if (load !== this.#loads || signal.aborted) return;
    if (viewer.expired) this.#discussion.emit("token-expired", {});
    this.#set(viewer);
  }

  /** @param {import("./viewer.js").Viewer} viewer */
  #set(viewer) {
    const isOther = viewer.id !== this.viewer.id;
    const before = this.viewer;
    this.viewer = viewer;
    this.isKnown = true;
    if (isOther) {
      this.reported.clear();
      // What only the one before could see goes with them.
      for (const comment of before.own) this.#discussion.list.remove(comment.id, null);
    }
    this.refresh();
  }

  /** Draws everything that depends on who is reading. */
  refresh() {
    const { story, list } = this.#discussion;
    if (!story) return;
    this.layOver();
    list.refresh();
    list.reopen();
    this.#discussion.refresh();
  }

  /**
   * A subscription may begin or end while the page is open; the reader's own stream says so. It is opened before rights
   * are asked for, so that no change falls in between.
   * @param {string} token
   */
  async #follow(token) {
    if (token !== this.#streamToken) {
      this.stop();
      this.#streamToken = token;
      this.#stream = this.#discussion.more().then(
        ({ OwnStream }) => new OwnStream(this.#discussion.api, this.#askToken, () => this.load()));
    }
    try {
      await (await this.#stream)?.opened;
    } catch (error) {
      this.#streamToken = null; // It is opened anew at the next try.
      throw error;
    }
  }

  /** Puts the viewer's held and rejected comments where the viewer would look for them. */
  layOver() {
    for (const comment of this.viewer.own) this.#put(comment);
  }

  /** @param {any} comment */
  #put(comment) {
    const { list, pages } = this.#discussion;
    if (list.find(comment.id)) list.update(comment);
    else if (comment.parent_id) list.placeReply(comment);
    else if (!pages.isConversation) list.prepend(comment);
    pages.refreshEnd();
  }

  /**
   * The viewer wrote, or changed, a comment.
   * @param {any} comment as the service answered
   * @param {string} [editableUntil]
   */
  wrote(comment, editableUntil) {
    const others = this.viewer.own.filter((one) => one.id !== comment.id);
    this.viewer = {
      ...this.viewer,
      own: comment.status === "published" ? others : [...others, comment],
      editable: editableUntil ? { ...this.viewer.editable, [comment.id]: editableUntil } : this.viewer.editable,
    };
    this.#put(comment);
    return this.#discussion.list.find(comment.id);
  }

  /** @param {string} id a comment of the viewer's that is published now, or gone */
  settled(id) {
    this.viewer = { ...this.viewer, own: this.viewer.own.filter((one) => one.id !== id) };
  }

  /**
   * @param {string} id
   * @param {-1 | 0 | 1} value the viewer's vote on that comment
   */
  voted(id, value) {
    const { [id]: _, ...others } = this.viewer.votes;
    this.viewer = { ...this.viewer, votes: value ? { ...others, [id]: value } : others };
  }

  /**
   * @param {string} author whose comments this reader does not want to see, or wants to see again
   * @param {boolean} isMuted
   */
  mutes(author, isMuted) {
    const muted = new Set(this.viewer.muted);
    if (isMuted) muted.add(author);
    else muted.delete(author);
    this.viewer = { ...this.viewer, muted };
    this.#discussion.list.refresh();
  }

  /**
   * A write was refused for want of a subscription. Whatever the last answer about rights said, this one counts.
   * @param {Problem} problem
   */
  lostEntitlement(problem) {
    this.#refusal = problem.members;
    this.#set({ ...this.viewer, problem: problem.slug, entitled: false, status: problem.members.entitlement?.status ?? this.viewer.status });
  }
}
