/**
 * English: the catalogue that every other one follows. A text is added here and in all other files of this folder:
 *
 * 1. Choose the part by when it is needed: `reading` comes with the page and is counted by the size gate of reading;
 *    `writing` comes with the first form, dialog or panel that a reader opens; `parts` are for the
 *    small elements beside the discussion (count.js, latest.js, bubbles.js). A key stands in one part only.
 * 2. Write it as `name: "Text with {placeholders}",`, one key a line, or as one text for each plural category of
 *    `{count}`. A line holds nothing else, so that `scripts/words.py` can read it.
 * 3. Add the same key, with the same placeholders, to every language. `make check` names what is missing, what has
 *    other placeholders, which plural category a language lacks, and what no script asks for. Until then readers of
 *    that language see the English text.
 * 4. Say it: `words.say("name", { placeholders })`. Numbers are written as the language writes them; dates are to be
 *    put in by `words.ago()` or `words.exact()`.
 *
 * A new language is a new file here, its code in `LANGUAGES` of words.js, and its plural categories in scripts/words.py.
 */

/** What everyone reads. @type {import("../words.js").Catalogue} */
export const reading = {
  heading: "Join the discussion",
  count: { one: "{count} comment", other: "{count} comments" },
  empty: "Be the first to share your perspective",
  empty_filter: "No comments here yet.",
  unargued: "Nobody has argued this side yet: {side}.",
  load_failed: "The comments could not be loaded.",
  try_again: "Try again",
  unavailable: "There are no comments on this story.",
  closed: "The discussion is closed.",

  sort: "Sort by",
  sort_newest: "Newest",
  sort_oldest: "Oldest",
  sort_best: "Best",
  sort_most_replied: "Most replies",
  sort_controversial: "Most disputed",
  sort_balanced: "Sides in turn",
  filter: "Show",
  filter_all: "All",
  filter_about: "About: {text}",
  filter_clear: "Show all comments",
  more: "Show more comments",
  show_replies: { one: "Show {count} reply", other: "Show {count} replies" },
  replies: { one: "{count} reply", other: "{count} replies" },
  new_comments: { one: "{count} new comment", other: "{count} new comments" },
  new_many: "Show what is new",

  comment_by: "Comment by {name}, {when}",
  reply_by: "Reply by {name}, {when}",
  permalink: "Link to this comment, {when}",
  in_reply_to: "in reply to {name}",
  edited: "edited",
  edited_at: "Edited {when}",
  featured: "Chosen by the editors",
  deleted: "This comment was deleted by its author.",
  erased: "This comment was removed.",
  nobody: "Former reader",
  badge_staff: "Newsroom",
  badge_moderator: "Moderator",
  badge_author: "Author",

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

  up: "Agree",
  down: "Disagree",
  reply: "Reply",
  reply_to: "Reply to {name}",
  report: "Report",
  report_of: "Report the comment by {name}",

  gate_reading: "Everyone can read this discussion. Subscribers take part.",
  gate_draft: "Your draft is kept.",
  subscribe: "Subscribe to comment",
  already: "Already a subscriber?",
  login: "Log in",
  compose: "Discuss this story",
  fresh: "new",
  fresh_since: "{count} new since your last visit",
};

/** What those see who take part. @type {import("../words.js").Catalogue} */
export const writing = {
  conversation: "This is one conversation.",
  compose_reply: "Your reply to {name}",
  compose_hint: "Share your perspective",
  choose_side: "Your side",
  none_side: "Neither",
  choose_about: "About",
  none_about: "The whole story",
  characters: "{count} of {most} characters",
  post: "Post comment",
  post_reply: "Post reply",
  posting: "Posting…",
  save: "Save changes",
  cancel: "Cancel",
  saved: "Your changes are saved.",
  write_first: "Write something first.",

  deleted_own: "Your comment is deleted.",

  warning_read: "I have read this",

  report_title: "Report this comment",
  report_why: "What is wrong with it?",
  report_note: "Anything the moderators should know (optional)",
  report_send: "Send report",
  report_thanks: "Thank you. A moderator will look at it.",
  report_abuse: "Insults or abuse",
  report_harassment: "Harassment",
  report_hate: "Hate",
  report_spam: "Spam or advertising",
  report_misinformation: "False information",
  report_off_topic: "Off topic",
  report_illegal: "Illegal content",
  report_other: "Something else",

  problem_unreachable: "There is no connection. Please try again in a moment.",
  kept: "Your text is kept.",
  wait: { one: "You can post again in {count} second.", other: "You can post again in {count} seconds." },
  undo: "Undo",
  close: "Close",
  loading: "Loading…",
  muted_now: "You no longer see comments by {name}.",
  unmuted_now: "You see comments by {name} again.",
  preview: "Preview",
  format: "Formatting",
  format_bold: "Strong",
  format_italic: "Emphasis",
  format_quote: "Quote",
  format_list: "List",
  format_code: "Code",
  format_link: "Link",
  edit_left: "{time} left for changes",
  wait_over: "You can post again.",
  again: "You can take part again from {when}.",
  offline: "You are offline. Your text is kept, and sent once you are back.",
  activity_comments: "Comments",
  activity_decisions: "Decisions",
  activity_reports: "Reports",
  activity_mutes: "Muted readers",
  activity_none: "Nothing here yet.",
  appeal: "Your appeal",
  appeal_send: "Send appeal",
  premoderated: "Comments appear here after a moderator has read them.",
  muted: "You have muted this reader.",
  muted_show: "Show comment",
  reported: "Reported",
  edit: "Edit",
  delete: "Delete",
  renew: "Renew your subscription",
  activity: "Your activity",
  why: "Reason and appeal",
  mute: "Mute",
  mute_of: "Mute {name}",
  unmute: "Unmute",
};

/** What the small elements beside the discussion say. @type {import("../words.js").Catalogue} */
export const parts = {
  parts_count: { one: "{count} comment", other: "{count} comments" },
  parts_by: "{name} on {title}",
  parts_nobody: "Former reader",
  discuss: "Discuss this passage",
  discuss_count: { one: "Discuss this passage, {count} comment", other: "Discuss this passage, {count} comments" },
};
