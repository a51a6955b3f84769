/** Calls about one reader. */

/** @typedef {import("../words/types.js").NewSanction} NewSanction */

export class ReadersApi {
  #api;

  /** @param {import("../../shared/api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /**
   * @param {string} reader
   * @returns {Promise<import("./reader-types.js").ReaderRecord>}
   */
  record(reader) {
    return this.#api.get(pathOf(reader));
  }

  /**
   * @param {string} reader
   * @param {NewSanction} sanction
   */
  limit(reader, sanction) {
    return this.#api.send("POST", pathOf(reader, "sanctions"), sanction);
  }

  /**
   * @param {string} reader
   * @param {string} sanction
   * @param {string} reason
   */
  lift(reader, sanction, reason) {
    const path = pathOf(reader, "sanctions", sanction);
    return this.#api.send("DELETE", reason ? `${path}?reason=${encodeURIComponent(reason)}` : path);
  }

  /**
   * @param {string} reader
   * @param {string} note
   */
  addNote(reader, note) {
    return this.#api.send("POST", pathOf(reader, "notes"), { note });
  }

  /**
   * @param {string} reader
   * @param {string} note
   */
  strikeNote(reader, note) {
    return this.#api.send("DELETE", pathOf(reader, "notes", note));
  }
}

/** @param {...string} words */
function pathOf(...words) {
  return ["v1/admin/readers", ...words.map(encodeURIComponent)].join("/");
}
