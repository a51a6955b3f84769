/**
 * Calls to the service in the name of whoever has a token.
 *
 * The token is asked for at each call and kept by whoever answers, never here and never in storage.
 */

import { Problem, PublicApi } from "./public-api.js";

export { Problem };

/**
 * A key for one attempt to write; the same key again never writes twice. It does without crypto.randomUUID(), which is
 * missing on pages served without TLS, as on a newsroom's test host.
 */
export const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

/**
 * @typedef {import("./public-api.js").Query} Query
 * @typedef {(refresh: boolean, refused?: string | null) => Promise<string | null | undefined>} AskToken `refresh`: the one
 *   that was `refused` has gone stale
 */

export class Api extends PublicApi {
  /**
   * @param {string} base address of the service, ending in "/"
   * @param {AskToken} [askToken] the caller's token, or null without one
   * @param {string} [language] in which the service is to answer
   */
  constructor(base, askToken, language = navigator.language) {
    super(base);
    /**
     * With the caller's token; once more when that token has gone stale and there is another.
     * @template Answer
     * @param {(headers: Record<string, string>) => Promise<Answer>} ask rejects with something that has the `status` of the answer
     * @returns {Promise<Answer>}
     */
    this.asCaller = async (ask) => {
      const askWith = (/** @type {string | null | undefined} */ token) =>
        ask({ "Accept-Language": language, ...(token && { Authorization: `Bearer ${token}` }) });
      const token = await askToken?.(false);
      return askWith(token).catch(async (error) => {
        const fresh = token && error.status === 401 && (await askToken(true, token));
        if (!fresh || fresh === token) throw error;
        return askWith(fresh);
      });
    };
  }

  /**
   * Reads what only this caller may see.
   * @param {string} path
   * @param {Query} [query]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  get(path, query, signal) {
    return this.send("GET", this.url(path, query), undefined, "", signal);
  }

  /**
   * Writes. Whoever may have to try again gives a `key` and keeps it until it has an answer.
   * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {string} [key] sent as Idempotency-Key
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>} null for an answer without content
   */
  send(method, path, body, key, signal) {
    return this.asCaller((headers) => this.call(method, this.url(path), {
      ...headers,
      ...(body && { "Content-Type": "application/json" }),
      ...(key && { "Idempotency-Key": `"${key}"` }),
    }, JSON.stringify(body), signal));
  }
}
