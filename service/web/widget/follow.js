/**
 * What happens on the story is followed while the page is open, and so are links to its comments. The stream is a hint,
 * the service's own pages are the truth: each event carries the thread's version, and whoever finds a gap, or was away,
 * asks `/changes` for what it missed.
 */

import { followEvents } from "../shared/live.js";
import { arrivalsOf } from "./arrivals.js";

/** Pause before what was missed is asked for, as many pages may notice the same gap at once; and after that has failed. */
const GAP_MS = 500;
const FAILED_MS = 30_000;

/**
 * Follows the story, and the links to its comments, until the discussion ends.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {number} version the thread's version that is on the page
 * @returns {Promise<void> | undefined} done when the comment that the page's address names is shown
 */
export function follow(discussion, version) {
  const { api, path, signal } = discussion;
  if (signal.aborted) return;
  const arrivals = discussion.arrivals = arrivalsOf(discussion);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let catchingUp;
  const catchUp = (/** @type {number} */ pause_ms) => {
    clearTimeout(catchingUp);
    catchingUp = setTimeout(async () => {
      const changes = await api.read(`${path}/changes`, { after: version }, signal).catch(() => null);
      if (signal.aborted) return;
      if (!changes) return catchUp(FAILED_MS);
      version = Math.max(version, changes.thread_version);
      arrivals.changes(changes);
    }, pause_ms * (1 + Math.random()));
  };
  followEvents(() => api.url(`${path}/live`, { after: version }), (event, data, id = 0) => {
    if (/behind|closed/.test(event) || id > version + 1) catchUp(GAP_MS);
    else if (id > version) version = id;
    arrivals[event]?.(data);
  }, signal);
  addEventListener("hashchange", () => followHash(discussion), { signal });
  return followHash(discussion);
}

/**
 * Shows the comment that the page's address names, if it names one, and marks it as the one that was meant.
 * @param {import("./discussion.js").Discussion} discussion
 */
async function followHash(discussion) {
  const { list } = discussion;
  const [, id] = location.hash.split("#comment-");
  if (!id) return;
  if (!list.find(id)) await (await discussion.more())?.showConversation(discussion, id);
  const card = list.find(id);
  if (!card) return;
  list.element.querySelector(".highlight")?.classList.remove("highlight");
  for (let above = card; (above = above.parent);) above.fold(false);
  card.article.classList.add("highlight");
  discussion.focusOn(card.article);
}
