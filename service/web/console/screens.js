/** Which screen a place opens; null for the desk. Each is made when it is first asked for. */

import { CommentPage } from "./comments/comment-record.js";
import { QueueList } from "./queues/queue-list.js";
import { ReaderPage } from "./readers/reader-page.js";
import { ReadersApi } from "./readers/readers-api.js";
import { SearchPage } from "./search/search-page.js";

/** @typedef {import("./frame/screen.js").Screen} Screen */
/** @typedef {import("./frame/place.js").Place} Place */

/**
 * @param {import("./frame/screen.js").Tools} tools
 * @param {import("./desk/review-api.js").ReviewApi} review
 * @returns {(place: Place) => Screen | null}
 */
export function screens(tools, review) {
  /** @type {Map<string, Screen>} */
  const made = new Map();
  /** @type {Record<string, () => Screen>} */
  const makers = {
    list: () => new QueueList(tools, review),
    readers: () => new ReaderPage(tools, new ReadersApi(tools.api)),
    comments: () => new CommentPage(tools, review),
    search: () => new SearchPage(tools, review),
  };
  return (place) => {
    const name = place.view === "queues" && place.path[1] === "list" ? "list" : place.view;
    const maker = makers[name];
    if (!maker) return null;
    const screen = made.get(name) ?? maker();
    made.set(name, screen);
    return screen;
  };
}
