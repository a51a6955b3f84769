/**
 * A reader's record as the service sends it. Types only: nothing here runs.
 *
 * @typedef {object} KeptSanction
 * @property {string} id
 * @property {string} kind
 * @property {string | null} site
 * @property {string} reason
 * @property {string | null} note
 * @property {string} starts_at
 * @property {string | null} until
 * @property {string | null} added_by
 * @property {string | null} acknowledged_at
 * @property {string | null} lifted_at
 * @property {string | null} lifted_by
 * @property {string | null} lift_reason
 *
 * @typedef {object} Note
 * @property {string} id
 * @property {string} note
 * @property {string} written_by
 * @property {string | null} written_by_name
 * @property {string} written_at
 * @property {string | null} struck_at
 *
 * @typedef {object} ReportLine
 * @property {string} id
 * @property {string} comment_id
 * @property {string} reason
 * @property {string | null} note
 * @property {string} created_at
 * @property {string | null} decided_at
 * @property {boolean | null} upheld
 * @property {{id: string, name: string}} [reporter]
 *
 * @typedef {object} DecisionLine
 * @property {string} id
 * @property {string} action
 * @property {string | null} reason
 * @property {string | null} note
 * @property {string | null} decided_by
 * @property {string} decided_at
 * @property {string} comment_id
 *
 * @typedef {object} ReaderRecord
 * @property {string} id
 * @property {string} name
 * @property {string[]} badges
 * @property {string} first_seen_at
 * @property {string | null} erased_at
 * @property {number} published_count
 * @property {number} approved_count
 * @property {number} rejected_count
 * @property {number} reports_received
 * @property {number} reports_made
 * @property {number} reports_upheld
 * @property {number} reports_declined
 * @property {number | null} [report_accuracy]
 * @property {KeptSanction[]} sanctions
 * @property {import("../words/types.js").Comment[]} recent_comments
 * @property {Note[]} [notes]
 * @property {DecisionLine[]} [decisions]
 * @property {{made: ReportLine[], received: ReportLine[]}} [reports]
 */

export {};
