/**
 * A comment's record as the service sends it. Types only: nothing here runs.
 *
 * @typedef {object} DecisionRecord
 * @property {string} id
 * @property {string} action
 * @property {number} seen_revision
 * @property {string} old_status
 * @property {string} new_status
 * @property {string | null} reason
 * @property {string | null} note
 * @property {string | null} decided_by
 * @property {string} decided_at
 * @property {string | null} undoes
 *
 * @typedef {object} ReportRecord
 * @property {string} id
 * @property {number} revision
 * @property {string} reason
 * @property {string | null} note
 * @property {string} created_at
 * @property {{id: string, name: string, reports_upheld: number, reports_declined: number}} reporter
 * @property {string | null} decided_at
 * @property {boolean | null} upheld
 *
 * @typedef {object} CommentRecord
 * @property {import("../words/types.js").Comment} comment
 * @property {number} revision
 * @property {import("../words/types.js").Story} story
 * @property {import("../words/types.js").Comment[]} ancestors
 * @property {import("../words/types.js").AuthorRecord | null} author
 * @property {{queue: string, waiting_since: string, urgency: number}[]} queues
 * @property {string[]} allowed
 * @property {{revision: number, body: string, side: string | null, written_at: string, replaced_at: string}[]} revisions
 * @property {{revision: number, verdict: string, signals: import("../words/types.js").Signal[], screened_at: string}[]} signals
 * @property {ReportRecord[]} reports
 * @property {DecisionRecord[]} decisions the newest first
 */

export {};
