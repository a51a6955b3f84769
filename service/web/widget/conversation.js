/**
 * The one comment that the page's address names, in the list that is there or, where that does not have it, with the
 * conversation that it is part of.
 */

import { button, fill, h } from "../shared/element.js";

/**
 * Shows the comment that the page's address names, if it names one, and marks it as the one that was meant.
 * @param {import("./discussion.js").Discussion} discussion
 */
export async function followHash(discussion) {
  const { list, pages, say } = discussion;
  const [, id] = location.hash.split("#comment-");
  if (!id) return;
  if (!list.find(id)) {
    const isWanted = pages.begin();
    const context = await discussion.api.read(`v1/comments/${encodeURIComponent(id)}/context`, {}, discussion.signal).catch(() => null);
    if (!isWanted()) return;
    if (!context) return discussion.announce(say("erased"));
    // A link to another story's comment is meant for another element on the page, or for none.
    if (context.story.id !== discussion.storyId) return;
    pages.isConversation = true;
    list.clear();
    for (const comment of [...context.ancestors, context.comment]) list.append([comment], list.homeOf(comment));
    pages.complete();
    discussion.viewing.layOver();
    pages.refreshEnd();
    fill(pages.conversation, h("div.note", say("conversation"), " ", button(".textual", say("filter_clear"), () => pages.show({}))));
  }
  list.element.querySelector(".highlight")?.classList.remove("highlight");
  const card = list.find(id);
  for (let above = card; (above = above?.parent);) above.fold(false);
  card?.article.classList.add("highlight");
  discussion.focusOn(card?.article);
}
