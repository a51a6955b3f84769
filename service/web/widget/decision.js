/**
 * A decision about what a reader wrote, or about the reader: what it does, why, by whom, and what can be done about it.
 */

import { button, fill, h } from "../shared/element.js";
import { settle } from "./refusals.js";
import { sendForm } from "./send-form.js";

const APPEAL_CHARS_MAX = 5_000;

/**
 * Opens below a comment what was decided about it.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 */
export const askWhy = (discussion, card) => discussion.api.get(`v1/me/decisions/${card.comment.decision_id}`).then((decision) => {
  const view = decisionView(discussion, decision);
  card.open(h("div.note", view, button(".textual", discussion.say("close"), () => card.close())), "why");
  view.focus();
}).catch((error) => card.fail(settle(discussion, error) ?? error.message));

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} decision as of `/v1/me/decisions/{id}`; what its statement says in words is in the reader's language
 */
export function decisionView(discussion, decision) {
  const { say } = discussion;
  const { statement } = decision;
  const view = h("div.decision", { tabIndex: -1 });
  /** @type {Record<string, import("../shared/element.js").Child[]>} */
  const facts = {
    effect: [statement.effect_words],
    reason: [statement.reason_words, ...statement.rules.map((/** @type {any} */ rule) =>
      h("p", rule.words, ...rule.matched.map((/** @type {any} */ { text }) => h("q", { dir: "auto" }, text))))],
    ground: [statement.ground_words],
    source: [statement.source_words],
    by: [statement.decided_by_words],
    scope: [statement.scope.words, " ", statement.duration_words],
    redress: [statement.redress],
  };
  const draw = () => {
    fill(view, h("dl", ...Object.entries(facts).flatMap(([name, said]) =>
      [h("dt", say(`decision_${name}`)), h("dd", { dir: "auto" }, ...said)])), appealOf(discussion, decision, draw));
    view.focus();
  };
  draw();
  return view;
}

/**
 * Where an appeal stands, or the form to make one.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} decision
 * @param {() => void} draw shows the decision as it is now
 */
function appealOf(discussion, decision, draw) {
  const { say, words } = discussion;
  const { appeal, may_appeal_until: until } = decision;
  const stands = (/** @type {any} */ { status, ruled_at, made_at }) => say(`appeal_${status}`, { when: words.exact(ruled_at ?? made_at) });
  if (appeal) return h("p", stands(appeal), appeal.ruling && h("q", { dir: "auto" }, appeal.ruling));
  return until && sendForm(discussion, `v1/me/decisions/${decision.id}/appeal`, say("appeal_send"), (answer) => {
    decision.appeal = answer;
    draw();
    discussion.announce(stands(answer));
  },
  h("p.title", say("appeal")),
  h("p.muted", say("appeal_until", { when: words.exact(until) })),
  h("textarea", { name: "text", rows: 3, dir: "auto", maxLength: APPEAL_CHARS_MAX, ariaLabel: say("appeal"), required: true }));
}
