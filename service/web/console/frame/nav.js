/** The places of the console: the queues with how much waits in each, and what this person may open besides. */

import { fill, h } from "../../shared/element.js";
import { hrefOf, queueHref } from "./place.js";
import { can } from "./powers.js";
import { QUEUES } from "../words/names.js";
import { timeOfDay } from "../words/times.js";
import { queueEntry, queuesOf } from "./queue-view.js";

/** @typedef {import("../words/types.js").Person} Person */
/** @typedef {{view: string, name: string, key: string, power: import("./powers.js").Power}} Area */

/** @type {Area[]} */
const AREAS = [
  { view: "search", name: "Search", key: "s", power: "search" },
  { view: "stats", name: "Statistics", key: "t", power: "stats" },
  { view: "rules", name: "Rules", key: "w", power: "rules" },
  { view: "audit", name: "Audit", key: "a", power: "audit" },
];

/** @param {Person | null} person */
function areasOf(person) {
  return AREAS.filter(({ power }) => can(person, power));
}

/**
 * @param {Element} nav
 * @param {import("./pulse.js").Pulse} pulse
 * @param {Person | null} person
 * @param {import("./place.js").Place} place that is open
 */
export function drawNav(nav, pulse, person, place) {
  const focused = nav.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  const reviews = can(person, "review");
  const queues = queuesOf(pulse.figures.keys());
  const areas = areasOf(person);
  const current = place.view === "queues" ? place.path[0] : place.view === "appeals" ? "appealed" : null;
  fill(
    nav,
    reviews && h("h2.nav-title", {}, "Queues"),
    reviews && h("ul", {}, ...queues.map((queue) => queueEntry(queue, pulse.figures.get(queue.id), queue.id === current))),
    reviews && pulse.stale && h("p.stale", {}, pulse.at ? `No answer since ${timeOfDay(pulse.at)}` : "Counts are not available"),
    areas.length > 0 && h("h2.nav-title", {}, "Records"),
    areas.length > 0 && h("ul", {}, ...areas.map((area) => areaEntry(area, area.view === place.view))),
  );
  for (const link of nav.querySelectorAll("a")) if (link.getAttribute("href") === focused) link.focus();
}

/**
 * @param {Area} area
 * @param {boolean} current
 */
function areaEntry({ view, name, key }, current) {
  const link = h(
    "a.queue.area",
    { href: hrefOf([view]), "aria-keyshortcuts": `g ${key}` },
    h("span.queue-name", {}, name),
    h("kbd", { "aria-hidden": "true" }, `g ${key}`),
  );
  if (current) link.setAttribute("aria-current", "page");
  return h("li", {}, link);
}

/**
 * @param {import("./pulse.js").Pulse} pulse
 * @param {Person | null} person
 * @param {(href: string) => void} goTo
 */
export function navKeys(pulse, person, goTo) {
  // Also before the first figures are there: whoever knows the keys need not wait.
  const queues = queuesOf([...QUEUES.map(({ id }) => id), ...pulse.figures.keys()]).flatMap(({ id, name, key }) =>
    key ? [{ keys: `g ${key}`, name, run: () => goTo(queueHref(id)) }] : []);
  return [...(can(person, "review") ? queues : []), ...areasOf(person).map(({ view, name, key }) => ({ keys: `g ${key}`, name, run: () => goTo(hrefOf([view])) }))];
}
