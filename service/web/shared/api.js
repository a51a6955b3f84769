/**
 * Calls to the service in the name of whoever has a token.
 *
 * The token is asked for at each call and kept by whoever answers, never here and never in storage.
 */

import { Problem, publicApi } from "./public-api.js";

export { Problem };

/**
 * @typedef {import("./public-api.js").Query} Query
 * @typedef {(refresh: boolean, refused?: string | null) => Promise<string | null | undefined>} AskToken `refresh`: the one
 *   that was `refused` has gone stale
 * @typedef {ReturnType<typeof apiOf>} Api
 */

/**
 * @param {string} base address of the service, ending in "/"
 * @param {AskToken} [askToken] the caller's token, or null without one
 * @param {string} [language] in which the service is to answer
 */
export function apiOf(base, askToken, language = "en") {
  const open = publicApi(base);

  /**
   * With the caller's token; once more when that token has gone stale and there is another.
   * @template Answer
   * @param {(headers: Record<string, string>) => Promise<Answer>} ask rejects with something that has the `status` of the answer
   * @returns {Promise<Answer>}
   */
  async function asCaller(ask) {
    const askWith = (/** @type {string | null | undefined} */ token) =>
      ask({ "Accept-Language": language, ...(token && { Authorization: `Bearer ${token}` }) });
    const token = await askToken?.(false);
    return askWith(token).catch(async (error) => {
      const fresh = token && error.status === 401 && (await askToken?.(true, token));
      if (!fresh || fresh === token) throw error;
      return askWith(fresh);
    });
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
  const send = (method, path, body, key, signal) => asCaller((headers) => open.call(method, open.url(path), {
    ...headers,
    ...(body && { "Content-Type": "application/json" }),
    ...(key && { "Idempotency-Key": `"${key}"` }),
  }, JSON.stringify(body), signal));

  return {
    ...open,
    asCaller,
    send,
    /**
     * Reads what only this caller may see.
     * @param {string} path
     * @param {Query} [query]
     * @param {AbortSignal} [signal]
     * @returns {Promise<any>}
     */
    get: (path, query, signal) => send("GET", open.url(path, query), undefined, "", signal),
  };
}
