/**
 * The figures as the service sends them. Types only: nothing here runs.
 *
 * @typedef {object} Overturned
 * @property {string} name
 * @property {string | null} [label]
 * @property {number} decided
 * @property {number} overturned
 * @property {number | null} rate
 *
 * @typedef {object} Stats
 * @property {string} from
 * @property {string} to
 * @property {string} as_of
 * @property {string[]} missing_days
 * @property {{received: number, held: number}} comments
 * @property {{day: string, received: number, held: number, decided: number, rejected: number, reports: number}[]} by_day
 * @property {{total: number, by_people: number, by_rules: number, by_action: Record<string, number>, rejections_by_reason: Record<string, number>}} decisions
 * @property {number | null} automated_share
 * @property {{count: number, p50_s: number | null, p90_s: number | null}} time_to_decision
 * @property {Record<string, {count: number, oldest_at: string | null, p50_s: number | null, p90_s: number | null}>} queues
 * @property {{by_rule: Overturned[], by_moderator: Overturned[]}} overturned
 * @property {{note: string, rows: {side: string, comments: number, decided: number, rejected: number, share: number | null, others_share: number | null, p_value: number | null, notable: boolean}[]}} sides
 * @property {{received: number, by_reason: Record<string, number>, upheld: number, declined: number}} reports
 * @property {{added: number, by_kind: Record<string, number>, lifted: number}} sanctions
 */

export {};
