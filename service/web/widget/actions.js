/**
 * What the buttons below a comment do, for those who may. Loaded when the first of them is used.
 */

import { button, h } from "../shared/element.js";
import { removeComment } from "./changes.js";
import { commentForm } from "./comment-form.js";
import { askWhy } from "./decision.js";
import { settle } from "./refusals.js";
import { askForReport } from "./report-dialog.js";

/** @typedef {import("./discussion.js").Discussion} Discussion */
/** @typedef {import("./comment-card.js").Card} Card */

/** What is refused rejects. @type {Record<string, (discussion: Discussion, card: Card, focus?: boolean) => unknown>} */
const ACTIONS = {
  up: (discussion, card) => vote(discussion, card, 1),
  down: (discussion, card) => vote(discussion, card, -1),
  reply: (discussion, card, focus) => write(discussion, card, focus, "reply", { parent: card.comment }),
  edit: (discussion, card, focus) => write(discussion, card, focus, "edit", { editing: card.comment }),
  delete: remove,
  report: askForReport,
  mute: (discussion, card) => mute(discussion, card.comment.author, true),
  unmute: (discussion, card) => mute(discussion, card.comment.author, false),
  why: askWhy,
};

/** How long a deletion can be taken back before it is sent. */
const UNDO_MS = 8_000;

/**
 * Does what a button says; what the service says against it stands below the comment.
 * @param {string} name of the button
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {boolean} [focus] whether the focus follows
 */
export async function act(name, discussion, card, focus) {
  try {
    await ACTIONS[name](discussion, card, focus);
  } catch (error) {
    card.fail(settle(discussion, error));
  }
}

/**
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {boolean | undefined} focus
 * @param {"reply" | "edit"} act
 * @param {{parent?: any, editing?: any}} what
 */
function write(discussion, card, focus, act, what) {
  const form = commentForm(discussion, { ...what, onClose: card.close });
  card.open(form.element, act);
  if (focus) form.text.focus();
}

/**
 * Shown at once, and taken back when it is refused.
 * @template State
 * @param {(now: State, before: State) => void} show
 * @param {State} before
 * @param {State} now
 * @param {Promise<any>} sent
 */
async function atOnce(show, before, now, sent) {
  show(now, before);
  try {
    return await sent;
  } catch (error) {
    show(before, now);
    throw error;
  }
}

/** Kept when the last vote has its answer: the next waits for it. */
let voted = Promise.resolve();

/**
 * The same button again takes the vote back.
 * @param {Discussion} discussion
 * @param {Card} card
 * @param {1 | -1} value
 */
async function vote(discussion, card, value) {
  const { id } = card.comment;
  const before = discussion.viewer.votes[id] ?? 0;
  const now = before === value ? 0 : value;
  const sent = voted.then(() => discussion.api.send("PUT", `v1/comments/${id}/vote`, { value: now }));
  voted = sent.catch(() => {});
  const { votes } = await atOnce((to, from) => {
    const { votes } = card.comment;
    const more = (/** @type {number} */ value) => +(to === value) - +(from === value);
    discussion.viewer.votes[id] = to;
    card.update({ ...card.comment, votes: { up: votes.up + more(1), down: votes.down + more(-1) } });
  }, before, now, sent);
  card.update({ ...card.comment, votes });
}

/**
 * Hides an author's comments from this reader, or shows them again. Rejects when that is refused.
 * @param {Discussion} discussion
 * @param {any} author
 * @param {boolean} isMuted
 */
export function mute(discussion, { id, name }, isMuted) {
  discussion.announce(discussion.say(isMuted ? "muted_now" : "unmuted_now", { name }));
  return atOnce((to) => {
    discussion.viewer.muted[to ? "add" : "delete"](id);
    discussion.list.refresh();
  }, !isMuted, isMuted, discussion.api.send(isMuted ? "PUT" : "DELETE", `v1/me/mutes/${id}`));
}

/**
 * Gone at once for its author, who can take that back for some seconds; then it is sent, or before, as the page closes.
 * @param {Discussion} discussion
 * @param {Card} card
 */
async function remove(discussion, card) {
  const { signal, say } = discussion;
  const { id } = card.comment;
  if (card.opened.act === "delete") return; // One undo is for one deletion, however often the button was pressed.
  const isWanted = await new Promise((resolve) => {
    const undo = button(".textual", say("undo"), () => resolve(false));
    card.open(h("p.note.undo", say("deleted_own"), " ", undo), "delete");
    undo.focus();
    discussion.announce(say("deleted_own"));
    setTimeout(resolve, UNDO_MS, true);
    addEventListener("pagehide", resolve, { signal });
    signal.addEventListener("abort", resolve);
  });
  if (isWanted) await discussion.api.send("DELETE", `v1/comments/${id}`);
  card.close();
  if (!isWanted) return;
  discussion.viewing.settled(id);
  removeComment(discussion, id, (card.replies.childElementCount || card.comment.direct_reply_count) && "deleted");
}
