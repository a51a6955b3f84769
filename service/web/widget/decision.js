/**
 * A decision about what a reader wrote, or about the reader: what it does, why, by whom, and what can be done about it.
 */

import { button, fill, h } from "../shared/element.js";
import { sendForm } from "./send-form.js";

const APPEAL_CHARS_MAX = 5_000;

/**
 * Opens below a comment what was decided about it. Rejects when that is refused.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").Card} card
 */
export async function askWhy(discussion, card) {
  const view = decisionView(discussion, await discussion.api.get(`v1/me/decisions/${card.comment.decision_id}`));
  card.open(h("div.note", view, button(".textual", discussion.say("close"), card.close)), "why");
  view.focus();
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} decision as of `/v1/me/decisions/{id}`; its statement is in the reader's language
 */
export function decisionView(discussion, { id, statement, appeal, may_appeal_until: until }) {
  const { say, words } = discussion;
  const view = h("div.decision", { tabIndex: -1 });
  /** Every member of the statement that has a name here. One may be several, each with the words that it is about. */
  const facts = h("dl", Object.entries(statement).flatMap(([name, said]) => words.has(`decision_${name}`) && said.length !== 0
    && [h("dt", say(`decision_${name}`)), [said].flat().map((one) => h("dd", { dir: "auto" }, one.words ?? one,
      one.matched?.map((/** @type {any} */ { text }) => h("q", { dir: "auto" }, text))))]));
  const stands = () => say(`appeal_${appeal.status}`, { when: words.exact(appeal.ruled_at ?? appeal.made_at) });
  /** Below the facts: where an appeal stands, or the form to make one. */
  const draw = () => fill(view, facts, appeal ? h("p", stands(), appeal.ruling && h("q", { dir: "auto" }, appeal.ruling))
    : until && sendForm(discussion, `v1/me/decisions/${id}/appeal`, say("appeal_send"), (made) => {
      appeal = made;
      draw();
      view.focus();
      discussion.announce(stands());
    },
    h("p.title", say("appeal")),
    h("p.muted", say("appeal_until", { when: words.exact(until) })),
    h("textarea", { name: "text", dir: "auto", maxLength: APPEAL_CHARS_MAX, ariaLabel: say("appeal"), required: true })));
  draw();
  return view;
}
