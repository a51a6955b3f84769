/**
 * The lines of a comment that are not its text: who, when, which side, about what, and what became of it.
 */

import { h } from "../shared/element.js";
import { sideClass } from "./toolbar.js";

/**
 * @param {import("../shared/words.js").Words} words
 * @param {any} comment whose author may not be known any more
 * @returns {string}
 */
export function nameOf(words, comment) {
  return comment.author?.name ?? words.say("nobody");
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 */
export function byline(discussion, card) {
  const { story, words } = discussion;
  const { comment } = card;
  const name = nameOf(words, comment);
  const side = story.sides.find((/** @type {any} */ one) => one.id === comment.side);
  const answered = card.parent?.comment.id !== comment.parent_id && discussion.list.find(comment.parent_id);
  return [
    face(name, comment.author?.picture_url, sideClass(story, comment.side)),
    h("span.name", { dir: "auto" }, name),
    ...(comment.author?.badges ?? []).map((/** @type {string} */ badge) => h("span.badge", {}, badgeText(words, badge))),
    side && h("span", { className: `side ${sideClass(story, side.id)}` }, side.label),
    answered && h("span.muted", {}, words.say("in_reply_to", { name: nameOf(words, answered.comment) })),
    permalink(words, comment),
    isNew(discussion, comment) && h("span.fresh", {}, words.say("fresh")),
    comment.edited_at && h("span.muted", { title: words.say("edited_at", { when: words.exact(comment.edited_at) }) }, words.say("edited")),
  ];
}

/**
 * Whether it came since the reader was last here, from somebody else.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} comment
 */
function isNew({ lastVisit, viewer }, comment) {
  return lastVisit && Date.parse(comment.created_at) > lastVisit.at && comment.author?.id !== viewer.id;
}

/**
 * @param {string} name
 * @param {string | null | undefined} picture
 * @param {string} colour
 */
function face(name, picture, colour) {
  const letters = name.split(/\s+/).map((/** @type {string} */ part) => Array.from(part)[0] ?? "");
  const initials = (letters[0] + (letters.length > 1 ? letters.at(-1) : "")).toLocaleUpperCase();
  const made = h("span", { className: `face ${colour}`, ariaHidden: "true" }, initials);
  if (picture?.startsWith("https://")) {
    made.append(h("img", {
      alt: "", loading: "lazy", decoding: "async", referrerPolicy: "no-referrer", src: picture,
      onload: () => made.firstChild?.remove(),
      onerror: (/** @type {Event} */ event) => /** @type {Element} */ (event.target).remove(),
    }));
  }
  return made;
}

/**
 * @param {import("../shared/words.js").Words} words
 * @param {string} badge
 */
function badgeText(words, badge) {
  return words.has(`badge_${badge}`) ? words.say(`badge_${badge}`) : badge;
}

/**
 * @param {import("../shared/words.js").Words} words
 * @param {any} comment
 */
function permalink(words, comment) {
  const exact = words.exact(comment.created_at);
  return h("a.when", {
    href: `${location.href.split("#")[0]}#comment-${comment.id}`, title: exact,
  }, h("time", { dateTime: comment.created_at }, words.ago(comment.created_at)),
  h("span.visually-hidden", {}, ` ${words.say("permalink", { when: exact })}`));
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} comment
 */
export function marks({ words, viewing }, comment) {
  return [
    comment.featured && h("span.mark.featured", { title: comment.featured.note ?? "" }, words.say("featured")),
    viewing.own?.mark(comment),
  ];
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} comment
 */
export function aboutLine(discussion, comment) {
  if (!comment.about) return null;
  const { words } = discussion;
  const anchor = discussion.anchor(comment.about);
  if (!anchor) return h("span.about", {}, words.say("about_earlier"));
  const text = [words.say("about", { kind: words.say(`kind_${anchor.kind}`) }), ": ", h("q", { dir: "auto" }, anchor.text)];
  const place = discussion.placeOf(anchor.id);
  if (!place) return h("span.about", {}, ...text);
  return h("button.about", { onclick: () => place.scrollIntoView({ block: "center" }) }, ...text);
}
