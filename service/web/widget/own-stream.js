/**
 * The reader's own stream: tells when a subscription began or ended, so that the composer and the gate change places.
 *
 * It needs the token, which EventSource cannot send; so it is read from a fetched answer, line by line.
 */

const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;

export class OwnStream {
  #api;
  #askToken;
  #onChange;
  #leaving = new AbortController();

  /**
   * @param {import("../shared/api.js").Api} api
   * @param {import("../shared/api.js").AskToken} askToken
   * @param {() => void} onChange the reader may do other things now
   */
  constructor(api, askToken, onChange) {
    this.#api = api;
    this.#askToken = askToken;
    this.#onChange = onChange;
    this.#follow();
  }

  stop() {
    this.#leaving.abort();
  }

  async #follow() {
    const { signal } = this.#leaving;
    for (let pause_ms = FIRST_PAUSE_MS; !signal.aborted; pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS)) {
      const outcome = await this.#read();
      if (outcome === "refused") return;
      if (outcome === "ended") {
        // Something may have changed between this stream and the next.
        pause_ms = FIRST_PAUSE_MS;
        this.#onChange();
      }
      await new Promise((resolve) => setTimeout(resolve, pause_ms * (1 + Math.random())));
    }
  }

  /** @returns {Promise<"refused" | "ended" | "failed">} refused: asking again would bring the same answer */
  async #read() {
    try {
      const token = await this.#askToken(false);
      const response = await fetch(this.#api.url("v1/me/live"), {
        headers: { Accept: "text/event-stream", Authorization: `Bearer ${token}` },
        credentials: "omit",
        signal: this.#leaving.signal,
      });
      if (response.status === 401) return (await this.#askToken(true, token)) === token ? "refused" : "failed";
      if (response.status >= 400 && response.status < 500 && response.status !== 429) return "refused";
      if (!response.ok || !response.body) return "failed";
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
