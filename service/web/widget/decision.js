/**
 * A decision about what a reader wrote, or about the reader: what it does, why, by whom, and what can be done about it.
 *
 * The service says all of this in English beside codes; where this page has words of its own for a code, those are said.
 */

import { fill, h } from "../shared/element.js";
import { reasonWords, settle } from "./refusals.js";

const APPEAL_CHARS_MAX = 5_000;

let forms = 0;

/**
 * Opens below a comment what was decided about it.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 */
export async function askWhy(discussion, card) {
  const { api } = discussion;
  try {
    const decision = await api.get(`v1/me/decisions/${card.comment.decision_id}`);
    const view = decisionView(discussion, decision);
    card.open(h("div.note", {}, view, h("button.textual", { onclick: () => card.close() }, discussion.words.say("close"))), "why");
    view.focus();
  } catch (error) {
    const text = settle(discussion, error);
    if (text) card.fail(text);
  }
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} decision as of `/v1/me/decisions/{id}`
 */
export function decisionView(discussion, decision) {
  const { words } = discussion;
  const { statement } = decision;
  const view = h("div.decision", { tabIndex: -1 });
  const draw = () => fill(view,
    h("dl", {},
      ...fact(words.say("decision_effect"), service(statement.effect_words)),
      ...fact(words.say("decision_reason"), words.has(`report_${statement.reason}`)
        ? reasonWords(words, statement.reason) : service(statement.reason_words)),
      ...statement.rules.map((/** @type {any} */ rule) => fact("", service(rule.words),
        ...rule.matched.map((/** @type {any} */ { text }) => h("q", { dir: "auto" }, text)))).flat(),
      ...fact(words.say("decision_ground"), service(statement.ground_words)),
      ...fact(words.say("decision_source"), service(statement.source_words)),
      ...fact(words.say("decision_by"), words.say(`decision_by_${statement.decided_by}`),
        statement.automated.detection && ` (${words.say("decision_detected")})`),
      ...fact(words.say("decision_scope"), service(`${statement.scope.words} ${statement.duration_words}`)),
      ...fact(words.say("decision_redress"), service(statement.redress))),
    appealOf(discussion, decision, () => {
      draw();
      view.focus();
    }));
  draw();
  return view;
}

/**
 * @param {string} name
 * @param {...import("../shared/element.js").Child} said
 */
function fact(name, ...said) {
  return [h("dt", {}, name), h("dd", {}, ...said)];
}

/** What the service says in its own language. @param {string} text */
function service(text) {
  return h("span", { lang: "en", dir: "ltr" }, text);
}

/**
 * Where an appeal stands, or the form to make one.
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} decision
 * @param {() => void} draw shows the decision as it is now
 */
function appealOf(discussion, decision, draw) {
  const { words } = discussion;
  const { appeal, may_appeal_until: until } = decision;
  if (appeal) {
    return h("p", {}, words.say(`appeal_${appeal.status}`, { when: words.exact(appeal.ruled_at ?? appeal.made_at) }),
      appeal.ruling && h("q", { dir: "auto" }, appeal.ruling));
  }
  if (!until) return null;
  const id = `appeal-${++forms}`;
  const failure = h("p.failure", { role: "alert" });
  const text = h("textarea", { id, rows: 3, dir: "auto", required: true, maxLength: APPEAL_CHARS_MAX });
  const send = h("button.primary", { type: "submit" }, words.say("appeal_send"));
  const onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    send.disabled = true;
    try {
      decision.appeal = await discussion.api.send("POST", `v1/me/decisions/${decision.id}/appeal`, { text: text.value.trim() });
      draw();
      discussion.announce(words.say("appeal_open", { when: words.exact(decision.appeal.made_at) }));
    } catch (error) {
      fill(failure, settle(discussion, error));
      send.disabled = false;
    }
  };
  return h("form", { onsubmit },
    h("label.title", { htmlFor: id }, words.say("appeal")),
    h("p.muted", {}, words.say("appeal_until", { when: words.exact(until) })),
    text, failure, h("div.ways", {}, send));
}
