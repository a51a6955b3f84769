/** Which screen a place opens; null for the desk. Each is made when it is first asked for. */

import { AppealList } from "./appeals/appeal-list.js";
import { AppealPage } from "./appeals/appeal-page.js";
import { AuditPage } from "./audit/audit-page.js";
import { CommentPage } from "./comments/comment-record.js";
import { QueueList } from "./queues/queue-list.js";
import { ReaderPage } from "./readers/reader-page.js";
import { ReadersApi } from "./readers/readers-api.js";
import { RulesPage } from "./rules/rules-page.js";
import { SearchPage } from "./search/search-page.js";
import { StatsPage } from "./stats/stats-page.js";

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
    appeals: () => new AppealList(tools),
    appeal: () => new AppealPage(tools),
    audit: () => new AuditPage(tools),
    rules: () => new RulesPage(tools),
    stats: () => new StatsPage(tools),
    search: () => new SearchPage(tools, review),
  };
  return (place) => {
    const name = nameOf(place);
    const maker = makers[name];
    if (!maker) return null;
    const screen = made.get(name) ?? maker();
    made.set(name, screen);
    return screen;
  };
}

/**
 * A queue's list and a single appeal are screens of their own.
 * @param {Place} place
 */
function nameOf({ view, path }) {
  if (view === "queues" && path[0] === "appealed") return "appeals";
  if (view === "queues") return path[1] === "list" ? "list" : "";
  return view === "appeals" && path.length > 0 ? "appeal" : view;
}
