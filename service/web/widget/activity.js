/**
 * "Your activity": what a reader has written, what was decided about it, what they reported, whom they muted.
 *
 * The place for everything that belongs to the reader and not to one story: a further part (notifications, export,
 * erasure) is one more line of `PARTS`.
 */

import { Problem } from "../shared/public-api.js";
import { fill, h } from "../shared/element.js";
import { mute } from "./actions.js";
import { decisionView } from "./decision.js";
import { reasonWords } from "./refusals.js";

/** @typedef {import("./discussion.js").Discussion} Discussion */

/** Each part: where it is read, which member of the answer is the list, and how one of it is shown.
 * @type {Record<string, (discussion: Discussion, row: any) => HTMLElement[]>} */
const PARTS = { comments: ownComment, decisions: decision, reports: report, mutes: muted };

/** @param {Discussion} discussion */
export function openActivity(discussion) {
  const { words } = discussion;
  const list = h("div", { tabIndex: -1 });
  const tabs = Object.keys(PARTS).map((part) => h("button.chip", { onclick: () => show(part) }, words.say(`activity_${part}`)));
  const show = (/** @type {string} */ part) => {
    tabs.forEach((tab, place) => (tab.ariaPressed = String(Object.keys(PARTS)[place] === part)));
    fill(list);
    addPage(discussion, part, list);
  };
  const dialog = h("dialog.activity", { "aria-labelledby": "activity-title", onclose: () => dialog.remove() },
    h("div.top", {},
      h("h2", { id: "activity-title" }, words.say("activity")),
      h("button.quiet", { onclick: () => dialog.close() }, words.say("close"))),
    h("div.chips", { role: "group", ariaLabel: words.say("activity") }, ...tabs), list);
  discussion.list.element.after(dialog);
  dialog.showModal();
  show("comments");
}

/**
 * @param {Discussion} discussion
 * @param {string} part
 * @param {HTMLElement} list
 * @param {string} [cursor]
 */
async function addPage(discussion, part, list, cursor) {
  const { words, api } = discussion;
  const state = h("p.muted", { role: "status" }, words.say("loading"));
  list.append(state);
  try {
    const answer = await api.get(`v1/me/${part}`, { cursor });
    if (!state.isConnected) return; // Another part was chosen meanwhile.
    const rows = answer[part].map((/** @type {any} */ row) => h("section.row", { tabIndex: -1 }, ...PARTS[part](discussion, row)));
    const next = answer.next_cursor;
    state.replaceWith(...rows);
    if (next) {
      const more = h("button.quiet", {
        onclick: () => {
          more.remove();
          addPage(discussion, part, list, next);
        },
      }, words.say("more"));
      list.append(more);
    }
    if (!list.childElementCount) list.append(h("p.empty", {}, words.say("activity_none")));
    if (cursor) rows[0]?.focus();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    fill(state, words.say("load_failed"));
  }
}

/**
 * @param {Discussion} discussion
 * @param {any} comment of any status
 */
function ownComment(discussion, comment) {
  const { words } = discussion;
  return [
    about(discussion, comment, comment.created_at),
    h("p", { dir: "auto" }, excerpt(comment.body ?? "")),
    h("p.mark", {}, words.say(`status_${comment.status}`), comment.reason && ` ${reasonWords(words, comment.reason)}`),
  ];
}

/**
 * @param {Discussion} discussion
 * @param {any} made
 */
function decision(discussion, made) {
  const { words } = discussion;
  const name = made.comment ? words.say(`decision_${made.kind}`) : words.say("decision_sanction");
  const view = h("details", {}, h("summary", {}, words.say("why")));
  view.addEventListener("toggle", () => view.append(decisionView(discussion, made)), { once: true });
  return [
    h("p.title", {}, name, " · ", h("time", { dateTime: made.made_at, title: words.exact(made.made_at) }, words.ago(made.made_at))),
    ...(made.comment ? [about(discussion, made.comment, made.comment.created_at), h("p", { dir: "auto" }, made.comment.excerpt)] : []),
    view,
  ];
}

/**
 * @param {Discussion} discussion
 * @param {any} made
 */
function report(discussion, made) {
  const { words } = discussion;
  return [
    about(discussion, made.comment, made.created_at),
    h("p", { dir: "auto" }, made.comment.excerpt),
    h("p.mark", {}, reasonWords(words, made.reason), ": ", words.say(`outcome_${made.status}`)),
  ];
}

/**
 * @param {Discussion} discussion
 * @param {any} mute_
 */
function muted(discussion, { author }) {
  const { words } = discussion;
  let isMuted = true;
  const button = h("button.quiet", {
    onclick: async () => {
      isMuted = !isMuted;
      await mute(discussion, author, isMuted).catch(() => {
        isMuted = !isMuted;
      });
      button.textContent = words.say(isMuted ? "unmute" : "mute");
    },
  }, words.say("unmute"));
  return [h("div.top", {}, h("span.name", { dir: "auto" }, author.name), button)];
}

/**
 * The story that something is about, and when: a link to the comment where the story's address is known.
 * @param {Discussion} discussion
 * @param {any} comment
 * @param {string} at
 */
function about({ words, story, storyId }, comment, at) {
  const isHere = comment.story_id === storyId;
  const url = isHere ? location.href.split("#")[0] : comment.story_url;
  const title = comment.story_title ?? (isHere ? story.title : comment.story_id);
  return h("p.muted", {},
    url ? h("a", { href: `${url}#comment-${comment.id}`, dir: "auto" }, title) : h("span", { dir: "auto" }, title),
    " · ", h("time", { dateTime: at, title: words.exact(at) }, words.ago(at)));
}

/** @param {string} text */
function excerpt(text) {
  return text.length > 280 ? `${text.slice(0, 280)}…` : text;
}
