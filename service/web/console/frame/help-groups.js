/** What the overlay of keys lists: all that a decision may ask, and what is open on the screen at this moment. */

import { ACTIONS } from "../words/actions.js";
import { REASONS } from "../words/names.js";

/** @typedef {{keys: string, name: string}} Key */

/**
 * @param {Key[]} here the screen's own
 * @param {Key[]} places
 * @param {Key[]} anywhere
 * @returns {import("./help.js").Group[]}
 */
export function helpGroups(here, places, anywhere) {
  const decisions = ACTIONS.flatMap(({ key, name }) => (key ? [{ keys: key, name }] : []));
  const asked = new Set(decisions.map(({ keys }) => keys));
  const seen = new Set();
  const own = here.filter(({ keys }) => !asked.has(keys) && !/^(\d|w|escape)$/.test(keys) && !seen.has(keys) && seen.add(keys));
  return [
    { title: "Decisions", keys: decisions },
    { title: "Reasons, after r", keys: REASONS.map(({ name }, index) => ({ keys: String(index + 1), name })) },
    {
      title: "While a reason or note is asked",
      keys: [
        { keys: "w", name: "Write a note" },
        { keys: "l", name: "Limit the author too" },
        { keys: "Esc", name: "Back, then cancel" },
      ],
    },
    { title: "On this screen", keys: own.map(({ keys, name }) => ({ keys: shownAs(keys), name })) },
    { title: "Places", keys: places },
    { title: "Anywhere", keys: anywhere },
  ];
}

/** @param {string} keys */
function shownAs(keys) {
  return keys.replace(/^arrowdown$/, "↓").replace(/^arrowup$/, "↑").replace(/^enter$/, "Enter").replace(/^shift\+/, "⇧ ");
}
