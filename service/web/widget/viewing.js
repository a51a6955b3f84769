/**
 * Who is reading, as far as everyone's page needs to know. What a reader with a token has besides is in own-layer.js.
 */

import { Problem } from "../shared/public-api.js";
import { removeComment } from "./changes.js";
import { ANONYMOUS } from "./viewer.js";

export class Viewing {
  #discussion;
  #askToken;
  #loads = 0;
  /** What only this reader sees; null for somebody without a token. @type {import("./own-layer.js").OwnLayer | null} */
  own = null;

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
   * Where a reader gets in: what is known of the viewer, or the story's policy.
   * @param {"login_url" | "subscribe_url" | "renew_url"} name
   * @returns {string | null | undefined}
   */
  way(name) {
    return this.viewer.links[name] ?? this.#discussion.story.policy[name];
  }

  /** The page has another token, or the reader other rights. */
  load() {
    this.ready = this.#load();
    return this.ready;
  }

  stop() {
    this.own?.stop();
    this.own = null;
  }

  async #load() {
    const load = ++this.#loads;
    const { signal } = this.#discussion;
    let viewer = ANONYMOUS;
    try {
      const token = await this.#askToken(false);
      if (token) {
        const { ownLayer } = await this.#discussion.more();
        if (signal.aborted) return;
        this.own ??= ownLayer(this.#discussion);
        viewer = await this.own.load(token);
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
    this.set(viewer);
  }

  /** @param {import("./viewer.js").Viewer} viewer */
  set(viewer) {
    const isOther = viewer.id !== this.viewer.id;
    const before = this.viewer;
    this.viewer = viewer;
    this.isKnown = true;
    if (isOther) {
      this.reported.clear();
      // What only the one before could see goes with them.
      for (const { id } of before.own) removeComment(this.#discussion, id, null);
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

  /** Puts the viewer's held and rejected comments where the viewer would look for them. */
  layOver() {
    this.own?.layOver();
  }

  /** @param {string} id a comment of the viewer's that is published now, or gone */
  settled(id) {
    this.viewer = { ...this.viewer, own: this.viewer.own.filter((one) => one.id !== id) };
  }
}
