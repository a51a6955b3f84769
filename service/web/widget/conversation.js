/**
 * The one comment that the page's address names, in the list that is there or, where that does not have it, with the
 * conversation that it is part of.
 */

import { Problem } from "../shared/public-api.js";
import { fill, h } from "../shared/element.js";

const COMMENT_HASH = "#comment-";

/**
 * Shows the comment that the page's address names, if it names one.
 * @param {import("./discussion.js").Discussion} discussion
 */
export async function followHash(discussion) {
  const { hash } = location;
  if (!hash.startsWith(COMMENT_HASH)) return;
  const id = hash.slice(COMMENT_HASH.length);
  if (discussion.list.find(id) || (await showConversation(discussion, id))) highlight(discussion, id);
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} id
 * @returns {Promise<boolean>} false when there is no such comment on this story
 */
async function showConversation(discussion, id) {
  const { api, words, list, pages, storyId, signal, viewing } = discussion;
  const isWanted = pages.begin();
  let context;
  try {
    context = await api.read(`v1/comments/${encodeURIComponent(id)}/context`, {}, signal);
  } catch (error) {
    if (error instanceof Problem) discussion.announce(words.say("erased"));
    return false;
  }
  // A link to another story's comment is meant for another element on the page, or for none.
  if (!isWanted() || context.story.id !== storyId) return false;
  pages.isConversation = true;
  list.clear();
  for (const comment of [...context.ancestors, context.comment]) {
    if (comment.parent_id) list.placeReply(comment);
    else list.append([comment]);
  }
  pages.complete();
  viewing.layOver();
  pages.refreshEnd();
  fill(pages.conversation, h("div.conversation", {}, words.say("conversation"),
    h("button.textual", { onclick: () => pages.show({}) }, words.say("filter_clear"))));
  return true;
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} id of a comment on the page, which is shown and marked as the one that was meant
 */
function highlight(discussion, id) {
  const { list } = discussion;
  list.element.querySelector(".highlight")?.classList.remove("highlight");
  const card = list.find(id);
  if (!card) return;
  for (let above = card.parent; above; above = above.parent) above.fold(false);
  card.article.classList.add("highlight");
  discussion.focusOn(card.article);
}
