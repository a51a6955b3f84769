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
import { reasonWords, settle } from "./refusals.js";

const EXCERPT_CHARS = 280;

/** @param {import("./discussion.js").Discussion} discussion */
export function openActivity(discussion) {
  const { say, words, storyId } = discussion;

  const time = (/** @type {string} */ at) => h("time", { dateTime: at, title: words.exact(at) }, words.ago(at));

  /** The story, a link to the comment where the story's address is known; when; and what was written. */
  const about = (/** @type {any} */ comment, /** @type {string} */ at) => {
    const isHere = comment.story_id === storyId;
    const url = isHere ? location.href.split("#")[0] : comment.story_url;
    return [
      h("p.muted", h(url ? "a" : "span", { href: url && `${url}#comment-${comment.id}`, dir: "auto" },
        comment.story_title ?? (isHere ? discussion.story.title : comment.story_id)), " · ", time(at)),
      h("p", { dir: "auto" }, excerpt(comment.excerpt ?? comment.body ?? "", EXCERPT_CHARS)),
    ];
  };

  /**
   * Each part, by the name of its list under `v1/me`, and how one of it is shown.
   * @type {Record<string, (row: any) => import("../shared/element.js").Child[]>}
   */
  const PARTS = {
    comments: (comment) => [
      ...about(comment, comment.created_at),
      h("p.mark", say(`status_${comment.status}`), " ", comment.reason && reasonWords(discussion, comment.reason)),
    ],
    decisions: (made) => {
      const { comment } = made;
      return [
        h("p.title", say(`decision_${comment ? made.kind : "sanction"}`), " · ", time(made.made_at)),
        ...(comment ? about(comment, comment.created_at) : []),
        h("details", h("summary", say("why")), decisionView(discussion, made)),
      ];
    },
    reports: (made) => [
      ...about(made.comment, made.created_at),
      h("p.mark", reasonWords(discussion, made.reason), ": ", made.outcome_words),
    ],
    mutes: ({ author }) => {
      const isMuted = () => discussion.viewer.muted.has(author.id);
      const label = () => say(isMuted() ? "unmute" : "mute");
      const toggle = button(".quiet", label(), async () => {
        await mute(discussion, author, !isMuted());
        fill(toggle, label());
      });
      return [h("div.top", h("span.name", { dir: "auto" }, author.name), toggle)];
    },
  };

  const list = h("div");
  const tabs = Object.keys(PARTS).map((name) => button(".chip", say(`activity_${name}`), () => show(name), { name }));

  function show(/** @type {string} */ part) {
    for (const tab of tabs) tab.ariaPressed = `${tab.name === part}`;
    fill(list);
    addPage(part);
  }

  async function addPage(/** @type {string} */ part, /** @type {string | undefined} */ cursor) {
    const state = h("p.muted", { role: "status" }, say("loading"));
    list.append(state);
    try {
      const { [part]: found, next_cursor: next } = await discussion.api.get(`v1/me/${part}`, { cursor });
      const rows = found.map((/** @type {any} */ row) => h("section.row", { tabIndex: -1 }, ...PARTS[part](row)));
      if (next) {
        rows.push(button(".quiet", say("more"), ({ target }) => {
          /** @type {Element} */ (target).remove();
          addPage(part, next);
        }));
      }
      // Where another part was chosen meanwhile, all of this is out of the page.
      state.replaceWith(...rows.length ? rows : [h("p.empty", say("activity_none"))]);
      if (cursor) rows[0]?.focus();
    } catch (error) {
      fill(state, settle(discussion, error));
    }
  }

  openDialog(discussion, "activity", h("div.chips", { role: "group", ariaLabel: say("activity") }, ...tabs), list);
  show("comments");
}
