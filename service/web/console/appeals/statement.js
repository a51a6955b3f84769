/** The statement of reasons, as the author of a restricted comment was told it. */

import { h } from "../../shared/element.js";

/** @param {import("./appeal-types.js").Statement} statement */
export function statementOf(statement) {
  const { detection, decision } = statement.automated;
  const automated = decision ? "A rule decided." : detection ? "A rule noticed it, a person decided." : "A person decided.";
  /** @type {[string, string][]} */
  const lines = [
    ["Effect", statement.effect_words],
    ["Reason", statement.reason_words],
    ["Ground", statement.ground_words],
    ["What led to it", statement.source_words],
    ["Automated", automated],
    ["Where", statement.scope.words],
    ["For how long", statement.duration_words],
    ...statement.rules.map(({ name, words, matched }) => /** @type {[string, string]} */ ([
      `Rule ${name}`, [words, ...matched.map(({ text }) => `“${text}”`)].join(" "),
    ])),
  ];
  return h("dl.statement", {}, ...lines.map(([name, words]) => h("div", {}, h("dt", {}, name), h("dd", { dir: "auto" }, words))));
}
