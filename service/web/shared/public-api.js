/**
 * Calls to the service for what everyone may read; those with a token are in api.js. An answer is its JSON; a refusal is
 * a `Problem` to be switched on by `slug`.
 */

/** How long a call may take before it counts as unanswered. The server itself gives up at 15 s. */
const TIMEOUT_MS = 20_000;

/** What the service refused, and why (RFC 9457); or that no answer came: slug `unreachable`, status 0. */
export class Problem extends Error {
  /**
   * @param {string} slug last part of the problem's `type`: "subscription-required", "too-many-requests", ...
   * @param {number} [status] HTTP status; 0 when no answer came
   * @param {Record<string, any>} [members] the whole problem, its own members included (`subscribe_url`, `errors`, ...)
   */
  constructor(slug, status = 0, members = {}) {
    super(members.detail || members.title || slug);
    this.name = "Problem";
    this.slug = slug;
    this.status = status;
    this.members = members;
  }
}

/**
 * @typedef {Record<string, string | number | null | undefined>} Query members that are null, undefined or "" are left out
 */

/** @param {string} base address of the service, ending in "/" */
export function publicApi(base) {
  /**
   * The full address of `path` ("v1/stories/...").
   * @param {string} path
   * @param {Query} [query]
   */
  function url(path, query = {}) {
    const url = new URL(path, base);
    for (const name in query) {
      const value = query[name];
      if (value || value === 0) url.searchParams.set(name, /** @type {string} */ (value));
    }
    return url.href;
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} [headers]
   * @param {string} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} null for an answer without content
   */
  async function call(method, url, headers, body, signal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response;
    let answer;
    try {
      response = await fetch(url, {
        method,
        headers,
        body,
        credentials: "omit",
        // Whoever gives something back as they close the page has it given back.
        keepalive: method === "DELETE",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      answer = await response.text();
      answer = answer ? JSON.parse(answer) : null;
    } catch (error) {
      if (signal?.aborted) throw error;
      // What is no JSON, a proxy's error page, say, is an answer too: a problem, whatever its status.
      if (!(error instanceof SyntaxError)) throw new Problem("unreachable");
    }
    const { ok, status } = /** @type {Response} */ (response);
    if (ok && typeof answer !== "string") return answer;
    const members = Object(answer ?? {});
    throw new Problem(`${members.type ?? ""}`.split("/").pop() || "unexpected", status, members);
  }

  return {
    url,
    call,
    /**
     * Reads what is the same for everyone. No token is sent, so every cache on the way may answer.
     * @param {string} path
     * @param {Query} [query]
     * @param {AbortSignal} [signal]
     * @returns {Promise<any>}
     */
    read: (path, query, signal) => call("GET", url(path, query), undefined, undefined, signal),
  };
}
