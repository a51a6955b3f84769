/** The list of queues: how much waits in each, and how long the oldest has. */

import { fill, h } from "../shared/element.js";
import { QUEUES, counted, nameOf } from "./names.js";
import { queueHref } from "./place.js";
import { age, timeOfDay } from "./times.js";

/** @typedef {import("./types.js").QueueFigures} QueueFigures */
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
 * @param {Element} nav
 * @param {import("./pulse.js").Pulse} pulse
 * @param {string | null} current the queue that is open
 */
export function drawQueues(nav, pulse, current) {
  const focused = nav.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  const list = queuesOf(pulse.figures.keys()).map((queue) => entry(queue, pulse.figures.get(queue.id), queue.id === current));
  fill(
    nav,
    h("h2.nav-title", {}, "Queues"),
    h("ul", {}, ...list),
    pulse.stale && h("p.stale", {}, pulse.at ? `No answer since ${timeOfDay(pulse.at)}` : "Counts are not available"),
  );
  for (const link of nav.querySelectorAll("a")) if (link.getAttribute("href") === focused) link.focus();
}

/**
 * @param {Queue} queue
 * @param {QueueFigures | undefined} figures
 * @param {boolean} current
 */
function entry({ id, name, key, about }, figures, current) {
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
