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
  const { say } = discussion;
  const view = h("div.decision", { tabIndex: -1 });
  const quote = (/** @type {string} */ text) => h("q", { dir: "auto" }, text);
  const facts = h("dl", statement.parts.map((/** @type {any} */ { title, words, quotes }) =>
    [h("dt", title), h("dd", { dir: "auto" }, words, " ", quotes.map(quote))]));
  /** Below the facts: where an appeal stands, or the form to make one. */
  const draw = () => fill(view, facts, appeal
    ? [h("p", appeal.status_words, " ", appeal.ruling && quote(appeal.ruling)), h("p.muted", discussion.words.exact(appeal.ruled_at ?? appeal.made_at))]
    : until && sendForm(discussion, `v1/me/decisions/${id}/appeal`, say("appeal_send"), (made) => {
      appeal = made;
      draw();
      view.focus();
      discussion.announce(appeal.status_words);
    },
    h("label", say("appeal"), h("textarea", { name: "text", dir: "auto", maxLength: APPEAL_CHARS_MAX, required: true }))));
  draw();
  return view;
}
