/**
 * An appeal as the service sends it. Types only: nothing here runs.
 *
 * @typedef {object} Statement what the author was told
 * @property {string} effect_words
 * @property {string} reason_words
 * @property {string} ground_words
 * @property {string} source_words
 * @property {{detection: boolean, decision: boolean}} automated
 * @property {{name: string, words: string, version: number, matched: {text: string}[]}[]} rules
 * @property {{words: string}} scope
 * @property {string} duration_words
 *
 * @typedef {object} Appeal
 * @property {string} id
 * @property {"comment" | "sanction"} kind
 * @property {string} status
 * @property {string} text
 * @property {string} made_at
 * @property {string | null} site
 * @property {string} decision_id
 * @property {import("../words/types.js").AuthorRecord | null} author
 * @property {Statement} statement
 * @property {{action: string, reason: string, note: string | null, decided_by: string | null, decided_by_name: string | null, decided_at: string, over: boolean}} against
 * @property {import("../words/types.js").Comment | null} comment
 * @property {number | null} revision
 * @property {import("../words/types.js").Story | null} story
 * @property {import("../words/types.js").Comment[]} ancestors
 * @property {import("../words/types.js").Signal[]} signals
 * @property {string | null} claimed_by
 * @property {string | null} claimed_by_name
 * @property {boolean} may_rule
 * @property {{outcome: string, reason: string, ruled_by: string, ruled_by_name: string | null, ruled_at: string} | null} ruling
 */

export {};
