/**
 * Calls to the service in the name of whoever has a token.
 *
 * The token is asked for at each call and kept by whoever answers, never here and never in storage.
 */

import { Problem, PublicApi } from "./public-api.js";

export { Problem };

/** Slugs after which a newer token may help. */
const STALE_TOKEN = ["token-expired", "token-invalid"];

/** A key for one attempt to write; the same key again never writes twice. */
export function newKey() {
  // Not crypto.randomUUID(): that is missing on pages served without TLS, as on a newsroom's test host.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @typedef {import("./public-api.js").Query} Query
 * @typedef {(refresh: boolean, refused?: string | null) => Promise<string | null | undefined>} AskToken `refresh`: the one
 *   that was `refused` has gone stale
 */

export class Api extends PublicApi {
  #askToken;

  /**
   * @param {string} base address of the service, ending in "/"
   * @param {AskToken} [askToken] the viewer's token, or null without one
   */
  constructor(base, askToken = async () => null) {
    super(base);
    this.#askToken = askToken;
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
      return await this.call(method, url, withToken(headers, token), body, signal);
    } catch (error) {
      if (!(error instanceof Problem) || !STALE_TOKEN.includes(error.slug)) throw error;
      const fresh = await this.#askToken(true, token);
      if (!fresh || fresh === token) throw error;
      return this.call(method, url, withToken(headers, fresh), body, signal);
    }
  }
}

/**
 * @param {Record<string, string>} headers
 * @param {string | null | undefined} token
 */
function withToken(headers, token) {
  return token ? { ...headers, Authorization: `Bearer ${token}` } : headers;
}
