/**
 * Follows what changes on a story. The stream is a hint, the service's own pages are the truth: each message carries
 * the thread's version, and whoever finds a gap, or was away, asks `/changes` for what it missed.
 */

import { Problem } from "./public-api.js";

/** A page out of sight this long gives its connection back; browsers allow six to a host over HTTP/1.1. */
const HIDDEN_MS = 30_000;

/** Pause before asking again when there is no stream, or when many pages notice the same gap at once. */
const POLL_MS = 30_000;
const GAP_MS = 500;

const KINDS = ["comment.published", "comment.edited", "comment.gone", "counts", "story.changed"];

/**
 * @typedef {object} Follower
 * @property {(kind: string, data: any) => void} onEvent
 * @property {(changes: any) => void} onChanges an answer of `/changes`
 */

export class StoryStream {
  #api;
  #path;
  #follower;
  #version;
  /** @type {EventSource | null} */
  #source = null;
  /** @type {AbortController | null} */
  #leaving = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #hiding;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #catchingUp;

  /**
   * @param {import("./public-api.js").PublicApi} api
   * @param {string} storyId
   * @param {number} version the thread's version that is on the page
   * @param {Follower} follower
   */
  constructor(api, storyId, version, follower) {
    this.#api = api;
    this.#path = `v1/stories/${encodeURIComponent(storyId)}`;
    this.#version = version;
    this.#follower = follower;
  }

  start() {
    this.#leaving = new AbortController();
    document.addEventListener("visibilitychange", () => this.#seen(), { signal: this.#leaving.signal });
    if (!document.hidden) this.#open();
  }

  stop() {
    this.#leaving?.abort();
    clearTimeout(this.#hiding);
    clearTimeout(this.#catchingUp);
    this.#close();
  }

  #seen() {
    clearTimeout(this.#hiding);
    if (document.hidden) this.#hiding = setTimeout(() => this.#close(), HIDDEN_MS);
    else if (!this.#source) this.#open();
  }

  #open() {
    const source = new EventSource(this.#api.url(`${this.#path}/live`, { after: this.#version }));
    this.#source = source;
    // Something happened between the page and the stream, or between two streams.
    source.addEventListener("behind", () => this.#catchUp(GAP_MS));
    source.onerror = () => {
      // CLOSED means that the browser will not try again by itself (an answer other than 200): ask now and then.
      if (source.readyState === EventSource.CLOSED && this.#source === source) {
        this.#source = null;
        this.#catchUp(POLL_MS, () => this.#source || document.hidden || this.#open());
      }
    };
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.#take(kind, event));
  }

  #close() {
    this.#source?.close();
    this.#source = null;
  }

  /**
   * @param {string} kind
   * @param {MessageEvent<string>} event
   */
  #take(kind, event) {
    const version = Number(event.lastEventId) || this.#version;
    if (version > this.#version + 1) this.#catchUp(GAP_MS);
    else this.#version = Math.max(this.#version, version);
    this.#follower.onEvent(kind, JSON.parse(event.data));
  }

  /**
   * Asks for what was missed, after `pause_ms` and a random while of the same length.
   * @param {number} pause_ms
   * @param {() => void} [then]
   */
  #catchUp(pause_ms, then) {
    clearTimeout(this.#catchingUp);
    this.#catchingUp = setTimeout(async () => {
      const changes = await this.#missed();
      if (this.#leaving?.signal.aborted) return;
      if (!changes) return this.#catchUp(POLL_MS, then);
      this.#version = Math.max(this.#version, changes.thread_version);
      this.#follower.onChanges(changes);
      then?.();
    }, pause_ms * (1 + Math.random()));
  }

  /** @returns {Promise<any>} null when the service cannot be asked right now */
  async #missed() {
    try {
      return await this.#api.read(`${this.#path}/changes`, { after: this.#version }, this.#leaving?.signal);
    } catch (error) {
      if (error instanceof Problem || this.#leaving?.signal.aborted) return null;
      throw error;
    }
  }
}
