/**
 * Server-sent events, read from a fetched answer: EventSource can send no token. Each event of this service is an `event:`
 * and one line of `data:`, maybe with an `id:`.
 */

/** A page out of sight this long gives its connection back; browsers allow six to a host over HTTP/1.1. */
const HIDDEN_MS = 30_000;

/** Pause before another try, as long as the service names none; it doubles each time that nothing comes of it. */
const PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/** @typedef {(headers?: Record<string, string>) => Promise<Response>} Open rejects with the response when that is a refusal */

/**
 * Follows a stream until `signal` ends, however often it breaks; while the page is out of sight it is let go.
 * @param {() => string} address asked for before each connection
 * @param {(event: string, data?: any, id?: number) => void} tell hears of each event, and of three that are not the
 *   service's: `open`; `closed`, the stream is not to be had just now; and `refused`, it never will be, and that was the last try
 * @param {AbortSignal} signal
 * @param {(open: Open) => Promise<Response>} [ask] opens it in somebody's name
 */
export async function followEvents(address, tell, signal, ask = (open) => open()) {
  /** @type {ReadableStreamDefaultReader<string> | undefined} */
  let reader;
  /** @type {(() => void) | undefined} */
  let wake;
  document.addEventListener("visibilitychange", () =>
    setTimeout(() => (document.hidden ? reader?.cancel() : wake?.()), document.hidden ? HIDDEN_MS : 0), { signal });
  for (let pause_ms = PAUSE_MS; ; pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS)) {
    if (!document.hidden) {
      const response = await ask(async (headers) => {
        const answer = await fetch(address(), { headers, signal, credentials: "omit" });
        if (!answer.ok) throw answer;
        return answer;
      }).catch((error) => error);
      if (response.ok) {
        tell("open");
        reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let rest = "", read; (read = await reader.read().catch(() => ({}))).value;) {
          const frames = (rest + read.value).split("\n\n");
          rest = frames.pop();
          for (const frame of frames) {
            const { event, data, id, retry } = Object.fromEntries(frame.split("\n").map((line) => line.split(/: (.*)/)));
            pause_ms = retry ?? pause_ms;
            // A mistake in what is done about one event ends neither the stream nor the page's log of errors.
            if (event) queueMicrotask(() => tell(event, JSON.parse(data), Number(id)));
          }
        }
      }
      if (signal.aborted) return;
      if (/40[13]/.test(response.status)) return tell("refused");
      if (!response.ok) tell("closed");
    }
    await new Promise((resolve) => {
      wake = resolve;
      setTimeout(resolve, pause_ms * (1 + Math.random()));
    });
  }
}
