/**
 * The lines of a comment that are not its text: who, when, which side, about what, and what became of it.
 */

import { h } from "../shared/element.js";
import { sideClass } from "./toolbar.js";

/** @typedef {import("./discussion.js").Discussion} Discussion */

/**
 * @param {Discussion} discussion
 * @param {any} comment whose author may not be known any more
 * @returns {string}
 */
export const nameOf = (discussion, comment) => comment.author?.name ?? discussion.say("nobody");

/**
 * @param {Discussion} discussion
 * @param {import("./comment-card.js").Card} card
 */
export function byline(discussion, { comment, parent }) {
  const { story, words, say, list, lastVisit, viewer } = discussion;
  const { author, created_at, edited_at, parent_id } = comment;
  const name = nameOf(discussion, comment);
  const colour = sideClass(story, comment.side);
  const answered = parent?.comment.id !== parent_id && list.find(parent_id);
  return [
    face(name, author?.picture_url, colour),
    h("span.name", { dir: "auto" }, name),
    author?.badges.map((/** @type {string} */ badge) => h("span.badge", words.has(`badge_${badge}`) ? say(`badge_${badge}`) : badge)),
    colour && h(/** @type {"span"} */ (`span.side.${colour}`), story.sides.find((/** @type {any} */ one) => one.id === comment.side).label),
    answered && h("span.muted", say("in_reply_to", { name: nameOf(discussion, answered.comment) })),
    h("a.when", { href: `${location.href.split("#")[0]}#comment-${comment.id}`, title: say("permalink", { when: words.exact(created_at) }) },
      h("time", { dateTime: created_at }, words.ago(created_at))),
    // It came since the reader was last here, from somebody else.
    lastVisit && Date.parse(created_at) > lastVisit.at && author?.id !== viewer.id && h("span.fresh", say("fresh")),
    edited_at && h("span.muted", { title: say("edited_at", { when: words.exact(edited_at) }) }, say("edited")),
  ];
}

/**
 * A letter, or the picture that covers it once that is there.
 * @param {string} name
 * @param {string | null | undefined} picture
 * @param {string} colour
 */
const face = (name, picture, colour) => h("span", { className: `face ${colour}`, ariaHidden: true }, [...name.toLocaleUpperCase()][0],
  picture?.startsWith("https://") && h("img", { alt: "", loading: "lazy", referrerPolicy: "no-referrer", src: picture }));

/**
 * @param {Discussion} discussion
 * @param {any} comment
 */
export const marks = ({ say, viewing }, comment) => [
  comment.featured && h("span.mark.featured", { title: comment.featured.note }, say("featured")),
  viewing.own?.mark(comment),
];

/**
 * @param {Discussion} discussion
 * @param {any} comment
 */
export function aboutLine(discussion, { about }) {
  if (!about) return null;
  const { say } = discussion;
  const anchor = discussion.anchor(about);
  const place = document.querySelector(`[data-story-comments-anchor="${CSS.escape(about)}"]`);
  return h(/** @type {"button"} */ (anchor && place ? "button.about" : "span.about"), { onclick: place && (() => place.scrollIntoView({ block: "center" })) },
    anchor ? [say("about", { kind: say(`kind_${anchor.kind}`) }), ": ", h("q", { dir: "auto" }, anchor.text)] : say("about_earlier"));
}
