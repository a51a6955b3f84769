/**
 * "Your activity": what a reader has written, what was decided about it, what they reported, whom they muted.
 *
 * The place for everything that belongs to the reader and not to one story: a further part (notifications, export,
 * erasure) is one more line of `PARTS`.
 */

import { button, fill, h } from "../shared/element.js";
import { mute } from "./actions.js";
import { decisionView } from "./decision.js";
import { openDialog } from "./dialog.js";
import { excerpt } from "./form-choices.js";
import { settle } from "./refusals.js";

/** @typedef {import("../shared/element.js").Child} Child */

const EXCERPT_CHARS = 280;

/** @param {import("./discussion.js").Discussion} discussion */
export function openActivity(discussion) {
  const { say, words, storyId } = discussion;

  /** The story, a link to the comment where the story's address is known; when; what was written, and what became of it. */
  const about = (/** @type {any} */ comment, /** @type {string} */ at, /** @type {Child[]} */ ...mark) => {
    const url = comment?.story_id === storyId ? location.href.split("#")[0] : comment?.story_url;
    return [
      h("p.muted", comment && [h(url ? "a" : "span", { href: url && `${url}#comment-${comment.id}`, dir: "auto" },
        comment.story_title), " · "],
      h("time", { dateTime: at, title: words.exact(at) }, words.ago(at))),
      comment && h("p", { dir: "auto" }, excerpt(comment.excerpt ?? comment.body ?? "", EXCERPT_CHARS)),
      h("p.mark", mark),
    ];
  };

  /**
   * Each part, by the name of its list under `v1/me`, and how one of it is shown.
   * @type {Record<string, (row: any) => Child[]>}
   */
  const PARTS = {
    comments: (comment) => about(comment, comment.created_at, comment.status_words, " ", comment.reason_words),
    decisions: (made) => [
      // A sanction is about no comment.
      about(made.comment, made.made_at, made.kind_words),
      h("details", h("summary", say("why")), decisionView(discussion, made)),
    ],
    reports: (made) => about(made.comment, made.created_at, made.reason_words, ": ", made.outcome_words),
    mutes: ({ author }) => {
      const toggle = button(".quiet", say("unmute"), async () => {
        await mute(discussion, author, !discussion.viewer.muted.has(author.id)).catch((error) => discussion.announce(settle(discussion, error)));
        fill(toggle, say(discussion.viewer.muted.has(author.id) ? "unmute" : "mute"));
      });
      return [h("div.top", h("span.name", { dir: "auto" }, author.name), toggle)];
    },
  };

  const list = h("div");
  const tabs = Object.keys(PARTS).map((name) => button(".chip", say(`activity_${name}`), () => show(name), { name }));

  async function show(/** @type {string} */ part, /** @type {string | undefined} */ cursor) {
    const state = h("p.muted", { role: "status" }, say("loading"));
    for (const tab of tabs) tab.ariaPressed = `${tab.name === part}`;
    if (!cursor) fill(list);
    list.append(state);
    try {
      const { [part]: found, next_cursor: next } = await discussion.api.get(`v1/me/${part}`, { cursor });
      const rows = found.map((/** @type {any} */ row) => h("section.row", { tabIndex: -1 }, PARTS[part](row)));
      if (next) {
        rows.push(button(".quiet", say("more"), ({ target }) => {
          /** @type {Element} */ (target).remove();
          show(part, next);
        }));
      }
      // Where another part was chosen meanwhile, all of this is out of the page.
      state.replaceWith(...rows, rows.length ? "" : h("p.empty", say("activity_none")));
      if (cursor) rows[0]?.focus();
    } catch (error) {
      fill(state, settle(discussion, error));
    }
  }

  openDialog(discussion, "activity", h("div.chips", { role: "group", ariaLabel: say("activity") }, tabs), list);
  show("comments");
}
