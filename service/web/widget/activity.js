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

/** @typedef {import("./discussion.js").Discussion} Discussion */

const EXCERPT_CHARS = 280;

/**
 * Each part, by the name of its list under `v1/me`, and how one of it is shown.
 * @type {Record<string, (discussion: Discussion, row: any) => import("../shared/element.js").Child[]>}
 */
const PARTS = {
  comments: (discussion, comment) => [
    ...about(discussion, comment, comment.created_at),
    h("p.mark", discussion.say(`status_${comment.status}`), " ", comment.reason && reasonWords(discussion, comment.reason)),
  ],
  decisions: (discussion, made) => {
    const { say } = discussion;
    const { comment } = made;
    const ontoggle = () => view.childElementCount > 1 || view.append(decisionView(discussion, made));
    const view = h("details", { ontoggle }, h("summary", say("why")));
    return [
      h("p.title", say(`decision_${comment ? made.kind : "sanction"}`), " · ", time(discussion, made.made_at)),
      ...(comment ? about(discussion, comment, comment.created_at) : []),
      view,
    ];
  },
  reports: (discussion, made) => [
    ...about(discussion, made.comment, made.created_at),
    h("p.mark", reasonWords(discussion, made.reason), ": ", made.outcome_words),
  ],
  mutes: (discussion, { author }) => {
    const isMuted = () => discussion.viewer.muted.has(author.id);
    const label = () => discussion.say(isMuted() ? "unmute" : "mute");
    const toggle = button(".quiet", label(), async () => {
      await mute(discussion, author, !isMuted());
      fill(toggle, label());
    });
    return [h("div.top", h("span.name", { dir: "auto" }, author.name), toggle)];
  },
};

/** @param {Discussion} discussion */
export function openActivity(discussion) {
  const { say } = discussion;
  const list = h("div");
  const tabs = Object.keys(PARTS).map((name) => button(".chip", say(`activity_${name}`), () => show(name), { name }));
  const show = (/** @type {string} */ part) => {
    for (const tab of tabs) tab.ariaPressed = `${tab.name === part}`;
    fill(list);
    addPage(discussion, part, list);
  };
  openDialog(discussion, "activity", h("div.chips", { role: "group", ariaLabel: say("activity") }, ...tabs), list);
  show("comments");
}

/**
 * @param {Discussion} discussion
 * @param {string} part
 * @param {HTMLElement} list
 * @param {string} [cursor]
 */
async function addPage(discussion, part, list, cursor) {
  const { say } = discussion;
  const state = h("p.muted", { role: "status" }, say("loading"));
  list.append(state);
  try {
    const { [part]: found, next_cursor: next } = await discussion.api.get(`v1/me/${part}`, { cursor });
    const rows = found.map((/** @type {any} */ row) => h("section.row", { tabIndex: -1 }, ...PARTS[part](discussion, row)));
    if (next) {
      const more = button(".quiet", say("more"), () => {
        more.remove();
        addPage(discussion, part, list, next);
      });
      rows.push(more);
    }
    // Where another part was chosen meanwhile, all of this is out of the page.
    state.replaceWith(...rows.length ? rows : [h("p.empty", say("activity_none"))]);
    if (cursor) rows[0]?.focus();
  } catch (error) {
    fill(state, settle(discussion, error));
  }
}

/**
 * The story that something is about, a link to the comment where the story's address is known; when; and what was written.
 * @param {Discussion} discussion
 * @param {any} comment
 * @param {string} at
 */
function about(discussion, comment, at) {
  const isHere = comment.story_id === discussion.storyId;
  const url = isHere ? location.href.split("#")[0] : comment.story_url;
  return [
    h("p.muted", h(url ? "a" : "span", { href: url && `${url}#comment-${comment.id}`, dir: "auto" },
      comment.story_title ?? (isHere ? discussion.story.title : comment.story_id)), " · ", time(discussion, at)),
    h("p", { dir: "auto" }, excerpt(comment.excerpt ?? comment.body ?? "", EXCERPT_CHARS)),
  ];
}

/**
 * @param {Discussion} discussion
 * @param {string} at
 */
const time = ({ words }, at) => h("time", { dateTime: at, title: words.exact(at) }, words.ago(at));
