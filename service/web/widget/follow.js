/**
 * What happens to comments that stand there already: they are followed while the page is open.
 */

import { StoryStream } from "../shared/live.js";
import { Arrivals } from "./arrivals.js";
import { followHash } from "./conversation.js";
/**
 * Follows the story, and the links to its comments, until the discussion ends.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {number} version the thread's version that is on the page
 * @returns {Promise<void> | undefined} done when the comment that the page's address names is shown
 */
export function follow(discussion, version) {
  const { api, storyId, list, signal } = discussion;
  if (signal.aborted) return;
  const arrivals = new Arrivals(discussion);
  discussion.arrivals = arrivals;
  list.element.before(arrivals.notice.element);
  const stream = new StoryStream(api, storyId, version, arrivals);
  stream.start();
  signal.addEventListener("abort", () => stream.stop());
  addEventListener("hashchange", () => followHash(discussion), { signal });
  return followHash(discussion);
}
