/**
 * Shapes the console reads, as the service sends them. Types only: nothing here runs.
 *
 * Members that a later version of the service adds are ignored until a view shows them.
 */

/**
 * @typedef {object} Person whoever holds the staff token
 * @property {string} id
 * @property {string | null} name
 * @property {string[]} roles
 * @property {string[] | null} sites those that this person works on; null for all
 */

/**
 * @typedef {object} Comment
 * @property {string} id
 * @property {string} story_id
 * @property {string | null} parent_id
 * @property {{id: string, name: string} | null} author null once removed
 * @property {string | null} body what was written
 * @property {string | null} body_html its safe rendering
 * @property {string | null} side
 * @property {string | null} about
 * @property {string} status
 * @property {string} created_at
 * @property {string | null} edited_at
 * @property {number} revision
 * @property {{up: number, down: number}} votes
 * @property {number} reply_count
 */

/**
 * @typedef {object} Signal what one automatic check noticed
 * @property {string} check
 * @property {string} [kind] what it asks for: "note", "hold", "refuse"
 * @property {string} [detail] why, as a sentence
 * @property {string} [matched] the words it was about
 * @property {number} [start] where these begin in the text, in code points
 * @property {number} [end] where they end, this not included
 * @property {number} [score]
 * @property {number} [threshold] from which score on it asks for something
 * @property {number} [rule_version]
 * @property {string} [list] the word list's name
 * @property {string} [would] of a rule that is only tried: what it would have asked for
 */

/**
 * @typedef {object} Report a reader's complaint
 * @property {string} reason
 * @property {string | null} note
 * @property {string} created_at
 */

/**
 * @typedef {object} Sanction
 * @property {string} id
 * @property {string} kind
 * @property {string | null} [until]
 * @property {string | null} [reason]
 */

/**
 * @typedef {object} NewSanction a limit on a reader that is about to be set
 * @property {string} kind
 * @property {string} reason shown to the reader
 * @property {string} [until]
 * @property {string} [site] where it holds; everywhere without
 * @property {string} [note] for moderators' eyes
 */

/**
 * @typedef {object} Story
 * @property {string} id
 * @property {string} title
 * @property {string | null} url
 * @property {string} site
 * @property {string | null} section
 */

/**
 * @typedef {object} AuthorRecord
 * @property {string} id
 * @property {string} name
 * @property {number} published_count
 * @property {number} rejected_count
 * @property {number} reports_received
 * @property {Sanction[]} sanctions in force
 */

/**
 * @typedef {object} LastDecision what was decided about a comment before
 * @property {string} id
 * @property {string} action
 * @property {string | null} reason
 * @property {string | null} decided_by the staff member; null where a rule decided
 * @property {string} decided_at
 */

/**
 * @typedef {object} Item one comment that waits for a person
 * @property {Comment} comment
 * @property {number} revision the one a decision on this item is about
 * @property {string} queue
 * @property {string} waiting_since
 * @property {string | null} claimed_by who holds it
 * @property {string | null} claimed_by_name
 * @property {string | null} claimed_until
 * @property {Story} story
 * @property {Comment[]} ancestors the root first
 * @property {Signal[]} signals
 * @property {Report[]} reports
 * @property {AuthorRecord | null} author null for one who is not known any more
 * @property {LastDecision | null} last_decision
 * @property {string[]} decisions the actions this moderator may take on it
 */

/**
 * @typedef {object} QueueFigures
 * @property {number} count
 * @property {string | null} oldest_at
 */

/**
 * @typedef {object} Choice what the moderator pressed
 * @property {string} action
 * @property {string} [reason]
 * @property {string} [note]
 * @property {NewSanction} [sanction] a limit on the author that goes with it
 * @property {string} [overrules] the colleague's decision that this one knowingly goes against
 */

/**
 * @typedef {object} Wanted which items of a queue are wanted, and in which order
 * @property {string} [order] "urgent", "oldest", "newest"
 * @property {string} [site]
 * @property {string} [section]
 * @property {string} [story]
 * @property {string} [author]
 * @property {string} [signal]
 * @property {string} [before]
 * @property {string} [after]
 */

/**
 * @typedef {object} Done a decision of this sitting, as far as undoing it and telling of it need
 * @property {string} decisionId
 * @property {Choice} choice
 * @property {Item} item
 * @property {string | null} sanctionId the limit on the author that came with it
 */

export {};
