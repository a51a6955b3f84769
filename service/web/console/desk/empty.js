/** What the desk shows when there is no comment in hand. */

import { h } from "../../shared/element.js";
import { icon } from "../../shared/icon.js";
import { counted, nameOf } from "../words/names.js";

/** @typedef {import("./desk.js").Desk} Desk */

/**
 * Whether what waits in the queue is no more than this moderator has passed over.
 * @param {Desk} desk
 * @param {number} waiting how many the queue counts
 */
export function onlyPassedOver(desk, waiting) {
  return desk.passed > 0 && waiting <= desk.passed;
}

/**
 * @param {Desk} desk
 * @param {number} waiting how many the queue counts
 * @param {() => void} forward takes the next, or looks again at what was passed over
 * @returns {HTMLElement}
 */
export function emptyDesk(desk, waiting, forward) {
  const queue = nameOf(desk.queue ?? "");
  const again = (/** @type {string} */ name) => h(
    "button.primary",
    { type: "button", onclick: forward, "aria-keyshortcuts": "n" },
    `${name} `,
    h("kbd", { "aria-hidden": "true" }, "n"),
  );
  if (desk.phase === "closed") return h("div.state");
  if (desk.phase === "loading") return h("div.state.loading", { "aria-busy": "true" }, h("h1", {}, "Taking the next comment…"));
  if (desk.phase === "failed") return state("No comment in hand", "The next one could not be taken.");
  const filtered = Object.keys(desk.wanted).some((name) => name !== "order");
  if (filtered) {
    const none = desk.passed > 0 ? "What else fits was passed over, or others have it in hand." : "Nothing that fits the filters is free.";
    return state(`No more in ${queue} with these filters`, none, again("Look again"));
  }
  const inQueue = `${counted(waiting, "comment waits", "comments wait")} in ${queue}`;
  if (waiting > 0 && onlyPassedOver(desk, waiting)) {
    return state("Only what you passed over is left", `${inQueue}.`, again("Look again"));
  }
  if (waiting > 0) {
    return state(inQueue, "Other moderators may have them in hand. What they do not decide comes free again.", again("Take the next"));
  }
  const done = state(`${queue}: all done`, "Nothing waits here. This page keeps looking and says so when something comes in.");
  done.prepend(icon("M3 8.5 6.5 12 13 4.5"));
  return done;
}

/**
 * @param {string} title
 * @param {string} text
 * @param {...Node} children
 */
function state(title, text, ...children) {
  return h("div.state", {}, h("h1", {}, title), h("p", {}, text), ...children);
}
