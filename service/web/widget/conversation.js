/**
 * The conversation that one comment is part of, in the place of a list that does not have it.
 */

import { button, fill, h } from "../shared/element.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} id of the comment
 * @returns {Promise<void>} done when it is shown, or is not to be had
 */
export async function showConversation(discussion, id) {
  const { list, pages, say } = discussion;
  const isWanted = pages.begin();
  const context = await discussion.api.read(`v1/comments/${encodeURIComponent(id)}/context`, {}, discussion.signal).catch(() => null);
  if (!isWanted()) return;
  if (!context) return discussion.announce(say("erased"));
  // A link to another story's comment is meant for another element on the page, or for none.
  if (context.story.id !== discussion.storyId) return;
  pages.isConversation = true;
  list.clear();
  for (const comment of [...context.ancestors, context.comment]) list.append([comment], list.homeOf(comment));
  pages.nextCursor = null;
  discussion.viewing.layOver();
  pages.refreshEnd();
  fill(pages.conversation, h("div.note", say("conversation"), " ", button(".textual", say("filter_clear"), () => pages.show({}))));
}
