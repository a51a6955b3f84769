/**
 * What readers read, and how numbers and times are said. What only those who write need is in words-writing.js.
 *
 * A text is a string with `{names}`, or one string for each plural category of `count`. Other languages are further
 * catalogues of the same keys.
 */

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */

/** @typedef {Record<string, Text>} Catalogue */

/** @type {Catalogue} */
const ENGLISH = {
  heading: "Join the discussion",
  count: { one: "{count} comment", other: "{count} comments" },
  empty: "Be the first to share your perspective",
  empty_filter: "No comments here yet.",
  load_failed: "The comments could not be loaded.",
  try_again: "Try again",
  unavailable: "Comments are not available for this story.",
  closed: "The discussion is closed. You can still read it.",
  premoderated: "Comments appear here after a moderator has read them.",

  sort: "Sort by",
  sort_newest: "Newest",
  sort_oldest: "Oldest",
  sort_best: "Best",
  sort_most_replied: "Most replies",
  sort_controversial: "Most disputed",
  filter: "Show",
  filter_all: "All",
  filter_about: "About: {text}",
  filter_clear: "Show all comments",
  now_showing: "Comments sorted by: {order}",
  more: "Show more comments",
  show_replies: { one: "Show {count} reply", other: "Show {count} replies" },
  more_replies: { one: "Show {count} more reply", other: "Show {count} more replies" },
  replies: { one: "{count} reply", other: "{count} replies" },
  conversation: "You are reading one conversation.",
  conversation_missing: "That comment is no longer here.",
  new_comments: { one: "{count} new comment", other: "{count} new comments" },
  new_many: "Show what is new",

  comment_by: "Comment by {name}, {when}",
  reply_by: "Reply by {name}, {when}",
  permalink: "Link to this comment, {when}",
  in_reply_to: "in reply to {name}",
  edited: "edited",
  edited_at: "Edited {when}",
  featured: "Chosen by the editors",
  held: "Waiting for review. Only you can see it.",
  rejected: "Not published. Only you can see it.",
  deleted: "This comment was deleted by its author.",
  erased: "This comment was removed.",
  muted: "You have muted this reader.",
  muted_show: "Show comment",
  nobody: "Former reader",
  badge_staff: "Newsroom",
  badge_moderator: "Moderator",
  badge_author: "Author of the story",

  about: "About {kind}",
  about_earlier: "About an earlier version of the story",
  kind_why: "why it matters",
  kind_key_point: "a key point",
  kind_body: "the report",
  kind_explainer: "the explainer",
  kind_side: "a side",
  kind_noise: "the noise level",
  kind_forecast: "the forecast",
  kind_timeline: "the timeline",

  vote_up: "Agree",
  vote_down: "Disagree",
  votes_up: { one: "Agree, {count} reader does", other: "Agree, {count} readers do" },
  votes_down: { one: "Disagree, {count} reader does", other: "Disagree, {count} readers do" },
  reply: "Reply",
  reply_to: "Reply to {name}",
  report: "Report",
  report_of: "Report the comment by {name}",
  reported: "Reported",
  edit: "Edit",
  delete: "Delete",

  gate_reading: "Everyone can read this discussion. Subscribers take part in it.",
  gate_lapsed: "Your subscription is not active any more.",
  gate_past_due: "Your last payment did not go through.",
  gate_paused: "Your subscription is paused.",
  gate_canceled: "Your subscription has ended.",
  gate_expired: "Your subscription has expired.",
  gate_refunded: "Your subscription was refunded.",
  gate_draft: "Your draft is kept here until you are back.",
  subscribe: "Subscribe to comment",
  renew: "Renew your subscription",
  already: "Already a subscriber?",
  log_in: "Log in",
  session_ended: "Your session has ended.",
  banned: "You can no longer take part in discussions here.",
  suspended: "You can take part again from {when}.",
};

/** @type {[Intl.RelativeTimeFormatUnit, number][]} each unit and its length in seconds, the longest first */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** From this age on, a date says more than "9 days ago". */
const RELATIVE_S = 7 * 86_400;

export class Words {
  #catalogue;
  #plural;
  #number;
  #relative;
  #date;
  #exact;

  /**
   * @param {string} locale
   * @param {Catalogue} catalogue in that locale's language
   */
  constructor(locale, catalogue) {
    this.locale = locale;
    this.#catalogue = catalogue;
    this.#plural = new Intl.PluralRules(locale);
    this.#number = new Intl.NumberFormat(locale);
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "long" });
    this.#date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  }

  /** @param {Catalogue} more texts, of a part that was loaded later */
  learn(more) {
    this.#catalogue = { ...this.#catalogue, ...more };
  }

  /** @param {string} key */
  has(key) {
    return Object.hasOwn(this.#catalogue, key);
  }

  /**
   * The text of `key`, with its `{names}` filled in.
   * @param {string} key
   * @param {Record<string, string | number>} [values] `count` also chooses the plural
   */
  say(key, values = {}) {
    const text = this.#catalogue[key];
    if (text === undefined) throw new RangeError(`No text is called "${key}".`);
    const form = typeof text === "string" ? text : text[this.#plural.select(Number(values.count))] ?? text.other ?? "";
    return form.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.number(value) : String(value);
    });
  }

  /** @param {number} value */
  number(value) {
    return this.#number.format(value);
  }

  /**
   * How long ago, in words; a date for what is older than a week.
   * @param {string} iso
   */
  ago(iso) {
    const then = new Date(iso);
    // Clocks differ: what was posted a second "from now" was posted now.
    const age_s = Math.max(0, (Date.now() - then.getTime()) / 1000);
    if (age_s >= RELATIVE_S) return this.#date.format(then);
    const unit = UNITS.find(([, length_s]) => age_s >= length_s);
    return unit ? this.#relative.format(-Math.floor(age_s / unit[1]), unit[0]) : this.#relative.format(0, "second");
  }

  /** @param {string} iso */
  exact(iso) {
    return this.#exact.format(new Date(iso));
  }
}

/**
 * The words for a page in `language`. English for now; its own conventions for times and numbers are kept ("en-GB").
 * @param {string} language
 */
export function wordsFor(language) {
  return new Words(/^en(-[a-z]{2})?$/i.test(language) ? language : "en", ENGLISH);
}
