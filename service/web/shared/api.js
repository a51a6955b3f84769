/**
 * Calls to the service. An answer is its JSON; a refusal is a `Problem` to be switched on by `slug`.
 *
 * The token is asked for at each call and kept by whoever answers, never here and never in storage.
 */

/** How long a call may take before it counts as unanswered. The server itself gives up at 15 s. */
const TIMEOUT_MS = 20_000;

/** Slugs after which a newer token may help. */
const STALE_TOKEN = ["token-expired", "token-invalid"];

/** What the service refused, and why (RFC 9457); or that no answer came: slug `unreachable`, status 0. */
export class Problem extends Error {
  /**
   * @param {string} slug last part of the problem's `type`: "subscription-required", "too-many-requests", ...
   * @param {number} status HTTP status; 0 when no answer came
   * @param {Record<string, any>} [members] the whole problem, its own members included (`subscribe_url`, `errors`, ...)
   */
  constructor(slug, status, members = {}) {
    super(members.detail || members.title || slug);
    this.name = "Problem";
    this.slug = slug;
    this.status = status;
    this.members = members;
  }
}

/** A key for one attempt to write; the same key again never writes twice. */
export function newKey() {
  // Not crypto.randomUUID(): that is missing on pages served without TLS, as on a newsroom's test host.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @typedef {Record<string, string | number | null | undefined>} Query members that are null, undefined or "" are left out
 * @typedef {(refresh: boolean, refused?: string | null) => Promise<string | null | undefined>} AskToken `refresh`: the one
 *   that was `refused` has gone stale
 */

export class Api {
  #base;
  #askToken;

  /**
   * @param {string} base address of the service, ending in "/"
   * @param {AskToken} [askToken] the viewer's token, or null without one
   */
  constructor(base, askToken = async () => null) {
    this.#base = base;
    this.#askToken = askToken;
  }

  /**
   * The full address of `path` ("v1/stories/..."; a leading slash is the service's root, not the host's).
   * @param {string} path
   * @param {Query} [query]
   */
  url(path, query = {}) {
    const url = new URL(path.replace(/^\//, ""), this.#base);
    for (const [name, value] of Object.entries(query)) {
      if (value != null && value !== "") url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  /**
   * Reads what is the same for everyone. No token is sent, so every cache on the way may answer.
   * @param {string} path
   * @param {Query} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  read(path, query, signal) {
    return this.#call("GET", this.url(path, query), {}, undefined, signal);
  }

  /**
   * Reads what only this caller may see.
   * @param {string} path
   * @param {Query} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  get(path, query, signal) {
    return this.#asCaller("GET", this.url(path, query), {}, undefined, signal);
  }

  /**
   * Writes. Whoever may have to try again gives a `key` and keeps it until it has an answer.
   * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {string} [key] sent as Idempotency-Key
   * @returns {Promise<any>} null for an answer without content
   */
  send(method, path, body, key) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = `"${key}"`;
    return this.#asCaller(method, this.url(path), headers, body === undefined ? undefined : JSON.stringify(body));
  }

  /**
   * With the caller's token; once more, under the same key, when that token has gone stale.
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} headers
   * @param {string} [body]
   * @param {AbortSignal} [signal]
   */
  async #asCaller(method, url, headers, body, signal) {
    const token = await this.#askToken(false);
    try {
      return await this.#call(method, url, withToken(headers, token), body, signal);
    } catch (error) {
      if (!(error instanceof Problem) || !STALE_TOKEN.includes(error.slug)) throw error;
      const fresh = await this.#askToken(true, token);
      if (!fresh || fresh === token) throw error;
      return this.#call(method, url, withToken(headers, fresh), body, signal);
    }
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} headers
   * @param {string} [body]
   * @param {AbortSignal} [signal]
   */
  async #call(method, url, headers, body, signal) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    let response;
    let text;
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
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Problem("unreachable", 0, { detail: String(error) });
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer;
    throw problemOf(response, answer);
  }
}

/**
 * @param {Record<string, string>} headers
 * @param {string | null | undefined} token
 */
function withToken(headers, token) {
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}

/**
 * @param {string} text
 * @returns {any} null for no content, undefined for what is not JSON
 */
function parsed(text) {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A proxy's error page, say; the caller makes a problem of it.
  }
}

/**
 * @param {Response} response
 * @param {any} answer
 */
function problemOf(response, answer) {
  const members = answer && typeof answer === "object" ? answer : {};
  const slug = typeof members.type === "string" ? members.type.split("/").pop() : "";
  const wait = Number(response.headers.get("Retry-After"));
  if (wait > 0 && members.retry_after_s === undefined) members.retry_after_s = wait;
  return new Problem(slug || "unexpected", response.status, members);
}
