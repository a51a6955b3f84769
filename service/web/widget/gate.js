/**
 * What stands where a reader who may not take part would write: why, and the ways in.
 */

import { button, h } from "../shared/element.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} keepsDraft something is written and waits behind the gate
 * @param {...import("../shared/element.js").Child} before what is said first
 */
export function gate(discussion, keepsDraft, ...before) {
  const { say, viewer, viewing, storyId } = discussion;
  if (viewer.problem === "unreachable") return missing(discussion, viewing.load);
  if (viewer.barred) return note(viewer.barred);
  const url = viewing.way("subscribe_url");
  return h("div.gate", { part: "gate", tabIndex: -1 },
    before,
    h("p", viewer.status !== "none" && viewer.message || say("gate_reading")),
    keepsDraft && h("p.muted", say("gate_draft")),
    h("div.ways", wayIn(discussion, "subscribe", ".primary", { url }, url),
      viewer.signedIn ? viewing.own?.renewal() : h("span", say("already"), " ",
        wayIn(discussion, "login", ".textual", { storyId }, discussion.host.getAttribute("login-url") ?? viewing.way("login_url")))));
}

/**
 * What belongs here could not be loaded.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {() => unknown} again
 */
export const missing = ({ say }, again) =>
  h("div.gate", { tabIndex: -1 }, h("p", say("load_failed")), button(".quiet", say("try_again"), again));

/** @param {string} text */
export const note = (text) => h("p.note", { tabIndex: -1 }, text);

/**
 * A link where there is somewhere to go, else a button; the page hears of either and may act instead.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {"subscribe" | "login" | "renew"} name of the event, and of its text
 * @param {".primary" | ".textual"} looks
 * @param {Record<string, unknown>} detail
 * @param {string | null | undefined} url
 */
export function wayIn(discussion, name, looks, detail, url) {
  const onclick = (/** @type {Event} */ event) => {
    if (!discussion.emit(name, { storyId: discussion.storyId, ...detail })) event.preventDefault();
  };
  return h(/** @type {"a"} */ (`${url ? "a" : "button"}${looks}`), { href: url, onclick }, discussion.say(name));
}
