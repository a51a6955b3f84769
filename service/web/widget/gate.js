/**
 * What stands where a reader who may not take part would write: why, and the ways in.
 */

import { h } from "../shared/element.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {boolean} [keepsDraft] something is written and waits behind the gate
 * @param {...import("../shared/element.js").Child} before what is said first
 */
export function gate(discussion, keepsDraft = false, ...before) {
  const { words, viewer, viewing } = discussion;
  if (viewer.problem === "unreachable") return missing(discussion, () => viewing.load());
  const { own } = viewing;
  const barred = own?.barred();
  if (barred) return note(barred);
  return h("div.gate", { part: "gate", tabIndex: -1 },
    ...before,
    h("p", {}, own?.why() ?? words.say("gate_reading")),
    keepsDraft && h("p.muted", {}, words.say("gate_draft")),
    h("div.ways", {}, subscribe(discussion), viewer.signedIn ? own?.renewal() : logIn(discussion)));
}

/**
 * What belongs here could not be loaded.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {() => unknown} onclick tries again
 */
export function missing({ words }, onclick) {
  return h("div.gate", { tabIndex: -1 },
    h("p", {}, words.say("load_failed")), h("button.quiet", { onclick }, words.say("try_again")));
}

/** @param {string} text */
export function note(text) {
  return h("p.note", { tabIndex: -1 }, text);
}

/** @param {import("./discussion.js").Discussion} discussion */
function subscribe(discussion) {
  const url = discussion.viewing.way("subscribe_url");
  return wayIn("primary", discussion.words.say("subscribe"), url,
    () => discussion.emit("subscribe", { storyId: discussion.storyId, url }));
}

/** @param {import("./discussion.js").Discussion} discussion */
function logIn(discussion) {
  const { words, host, viewing } = discussion;
  const way = wayIn("textual", words.say("log_in"), host.getAttribute("login-url") ?? viewing.way("login_url"),
    () => discussion.emit("login", { storyId: discussion.storyId }));
  return h("span", {}, words.say("already"), " ", way);
}

/**
 * A link where there is somewhere to go, else a button; the page hears of either and may act instead.
 * @param {"primary" | "textual"} look
 * @param {string} text
 * @param {string | null | undefined} url
 * @param {() => boolean} announce false when the page takes it on itself
 */
export function wayIn(look, text, url, announce) {
  if (!url) return h(`button.${look}`, { onclick: announce }, text);
  return h(`a.${look}`, { href: url, onclick: (/** @type {Event} */ event) => announce() || event.preventDefault() }, text);
}
