/**
 * The buttons below a comment. They are there for everyone; whoever may not use one is shown the way in.
 */

import { button, h } from "../shared/element.js";
import { nameOf } from "./card-parts.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").Card} card
 */
export function actionsOf(discussion, card) {
  const { story, viewer, viewing, words, say } = discussion;
  const { comment } = card;
  const { id, author, votes } = comment;
  const isOwn = viewer.id && author?.id === viewer.id;
  const published = comment.status === "published";
  const act = (/** @type {string} */ name, /** @type {any} */ label = say(name), /** @type {any} */ text = say(name), /** @type {any} */ props = {}) =>
    button("", text, () => discussion.act(name, card), { "data-act": name, ariaLabel: label, ...props });
  const named = (/** @type {string} */ name, /** @type {string} */ label) => act(name, say(label, { name: nameOf(discussion, comment) }));
  const vote = (/** @type {string} */ name, /** @type {1 | -1} */ value) => {
    const title = say(name);
    const count = words.number(votes[name]);
    return act(name, `${title}: ${count}`, votes[name] > 0 && count, { title, ariaPressed: viewer.votes[id] === value, disabled: isOwn });
  };
  return [
    published && [
      story.voting !== "off" && !(isOwn && !votes.up && !votes.down)
        && h("span.votes", vote("up", 1), story.voting === "up_down" && vote("down", -1)),
      story.state === "open" && named("reply", "reply_to"),
    ],
    published && !isOwn && (viewing.reported.has(id) ? h("span.muted", say("reported")) : named("report", "report_of")),
    viewing.own?.actions(comment, isOwn, act, named),
  ];
}
