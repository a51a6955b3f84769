/**
 * Who is signed in. The staff token lives in this object and nowhere else: not in storage, not in an address.
 * When the service refuses it as stale, the person is asked for another and the call that was refused goes on.
 */

import { apiOf } from "../../shared/api.js";

/** @typedef {import("../words/types.js").Person} Person */
/** @typedef {{token: string, person: Person}} Identity */

/** A call sent with the old token may still be refused this long after a new one is there; it needs no new question. */
const RENEWED_MS = 20_000;

export class Session extends EventTarget {
  #base;
  #ask;
  /** @type {string | null} */
  #token = null;
  /** @type {Person | null} */
  #person = null;
  /** @type {Promise<string | null> | null} */
  #renewal = null;
  #renewedAt = -Infinity;

  /**
   * Sends "changed" when another person, or nobody, is signed in.
   * @param {string} base address of the service
   * @param {(again: Person | null) => Promise<Identity>} ask asks for a token until it has one that is good;
   *   `again` is whose sign-in has ended
   */
  constructor(base, ask) {
    super();
    this.#base = base;
    this.#ask = ask;
    this.api = apiOf(base, (refresh) => (refresh ? this.#fresh() : Promise.resolve(this.#token)));
  }

  get person() {
    return this.#person;
  }

  async signIn() {
    this.#take(await this.#ask(null));
  }

  signOut() {
    this.#token = null;
    this.#person = null;
    this.dispatchEvent(new Event("changed"));
  }

  /**
   * Whose token this is. Throws a `Problem` when the service does not take it.
   * @param {string} token
   * @returns {Promise<Person>}
   */
  async personOf(token) {
    const person = await apiOf(this.#base, async () => token).get("v1/me");
    return { id: person.id, name: person.name ?? null, roles: person.roles ?? [], sites: person.sites ?? null };
  }

  /** @returns {Promise<string | null>} null when another person signed in: the call was not theirs to make */
  #fresh() {
    if (performance.now() - this.#renewedAt < RENEWED_MS) return Promise.resolve(this.#token);
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #renew() {
    const before = this.#person;
    this.#take(await this.#ask(before));
    this.#renewedAt = performance.now();
    return before?.id === this.#person?.id ? this.#token : null;
  }

  /** @param {Identity} identity */
  #take({ token, person }) {
    const same = this.#person?.id === person.id;
    this.#token = token;
    this.#person = person;
    if (!same) this.dispatchEvent(new Event("changed"));
  }
}
