/** A queue in the list of queues: how much waits in it, and how long the oldest has. */

import { h } from "../../shared/element.js";
import { QUEUES, counted, nameOf } from "../words/names.js";
import { queueHref } from "./place.js";
import { age } from "../words/times.js";

/** @typedef {import("../words/types.js").QueueFigures} QueueFigures */
/** @typedef {{id: string, name: string, key: string | null, about: string | null}} Queue */

/**
 * The queues that the service names: those we know first and in our order, each with the letter that follows "g".
 * @param {Iterable<string>} ids
 * @returns {Queue[]}
 */
export function queuesOf(ids) {
  const named = new Set(ids);
  const known = QUEUES.filter(({ id }) => named.has(id));
  const others = [...named].filter((id) => !QUEUES.some((queue) => queue.id === id));
  return [...known, ...others.map((id) => ({ id, name: nameOf(id), key: null, about: null }))];
}

/**
 * @param {Queue} queue
 * @param {QueueFigures | undefined} figures
 * @param {boolean} current
 */
export function queueEntry({ id, name, key, about }, figures, current) {
  const count = figures?.count ?? 0;
  const oldest = figures?.oldest_at ? age(figures.oldest_at) : null;
  const link = h(
    "a.queue",
    { href: queueHref(id), title: about ?? "", "data-queue": id },
    h("span.queue-name", {}, name),
    h("span.queue-count", { "aria-hidden": "true" }, count.toLocaleString()),
    h("span.queue-age", { "aria-hidden": "true" }, oldest ? `oldest ${oldest}` : "nothing waits"),
    h("span.unseen", {}, count ? `, ${counted(count, "comment")}, the oldest waits since ${oldest}` : ", nothing waits"),
    key && h("kbd", { "aria-hidden": "true" }, `g ${key}`),
  );
  if (key) link.setAttribute("aria-keyshortcuts", `g ${key}`);
  if (current) link.setAttribute("aria-current", "page");
  return h("li", {}, link);
}
