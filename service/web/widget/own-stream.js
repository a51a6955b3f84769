/**
 * The reader's own stream: tells when a subscription began or ended, so that the composer and the gate change places.
 *
 * It needs the token, which EventSource cannot send; so it is read from a fetched answer, line by line.
 */

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

/** Whoever waits for the stream before asking what may be done waits no longer than this. */
const PATIENCE_MS = 2_000;

export class OwnStream {
  #api;
  #askToken;
  #onChange;
  #leaving = new AbortController();
  #isSettled = false;
  #settle = () => {};

  /**
   * @param {import("../shared/api.js").Api} api
   * @param {import("../shared/api.js").AskToken} askToken
   * @param {() => void} onChange the reader may do other things now, or may since the stream was last open
   */
  constructor(api, askToken, onChange) {
    this.#api = api;
    this.#askToken = askToken;
    this.#onChange = onChange;
    /** Kept once it is open, or once there is no waiting for it: what is asked after this misses no change. */
    this.opened = new Promise((resolve) => {
      this.#settle = () => resolve(null);
    });
    setTimeout(() => this.#settled(), PATIENCE_MS);
    this.#follow();
  }

  stop() {
    this.#leaving.abort();
    this.#settle();
  }

  /** @returns {boolean} whether somebody was still waiting, who will now ask by themselves */
  #settled() {
    const isFirst = !this.#isSettled;
    this.#isSettled = true;
    this.#settle();
    return isFirst;
  }

  /** Whatever was asked before this may be out of date. */
  #mayHaveChanged() {
    if (!this.#settled()) this.#onChange();
  }

  async #follow() {
    const { signal } = this.#leaving;
    for (let pause_ms = FIRST_PAUSE_MS; !signal.aborted; pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS)) {
      const outcome = await this.#read();
      if (signal.aborted) return;
      // Once at once; a page whose every token is refused is asked with growing pauses.
      if (outcome === "renewed" && pause_ms === FIRST_PAUSE_MS) continue;
      if (outcome === "refused") return this.#mayHaveChanged();
      this.#settled();
      if (outcome === "ended") pause_ms = FIRST_PAUSE_MS;
      await new Promise((resolve) => setTimeout(resolve, pause_ms * (1 + Math.random())));
    }
  }

  /** @returns {Promise<"refused" | "renewed" | "ended" | "failed">} refused: asking again would bring the same answer */
  async #read() {
    try {
      const token = await this.#askToken(false);
      const response = await fetch(this.#api.url("v1/me/live"), {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${token}` },
        credentials: "omit",
        signal: this.#leaving.signal,
      });
      if (response.status === 401) return (await this.#askToken(true, token)) === token ? "refused" : "renewed";
      if (response.status >= 400 && response.status < 500 && response.status !== 429) return "refused";
      if (!response.ok || !response.body) return "failed";
      this.#mayHaveChanged();
      await this.#listen(response.body.pipeThrough(new TextDecoderStream()).getReader());
      return "ended";
    } catch {
      return "failed"; // The connection broke, or the page has left; the loop knows which.
    }
  }

  /** @param {ReadableStreamDefaultReader<string>} reader */
  async #listen(reader) {
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const lines = (rest + value).split(/\r?\n/);
      rest = lines.pop() ?? "";
      // The event's name says all there is to say; what the rights are is asked for.
      if (lines.some((line) => /^event: ?entitlement\.changed$/.test(line))) this.#onChange();
    }
  }
}
