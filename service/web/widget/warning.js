/**
 * A moderator's warning, which stands in the composer's place until it is acknowledged.
 */

import { fill, h } from "../shared/element.js";
import { reasonWords, settle } from "./refusals.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} warning
 */
export function warningNote(discussion, warning) {
  const { words, api, viewing } = discussion;
  const failure = h("p.failure", { role: "alert" });
  const acknowledge = async () => {
    try {
      await api.send("POST", `v1/me/sanctions/${warning.id}/acknowledgement`);
      await viewing.load();
    } catch (error) {
      fill(failure, settle(discussion, error));
    }
  };
  return h("div.gate", { tabIndex: -1 },
    h("p", {}, words.say("warning", { reason: reasonWords(words, warning.reason) })),
    h("div.ways", {}, h("button.primary", { onclick: acknowledge }, words.say("warning_read"))), failure);
}
