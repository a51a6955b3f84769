/**
 * A report to the moderators: a reason, and what they should know.
 */

import { fill, h } from "../shared/element.js";
import { settle } from "./refusals.js";

/** As the service names them; each has its words. */
const REASONS = ["abuse", "harassment", "hate", "spam", "misinformation", "off_topic", "illegal", "other"];

const NOTE_CHARS_MAX = 2_000;

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 */
export function askForReport(discussion, card) {
  const { words } = discussion;
  const failure = h("p.failure", { role: "alert" });
  const note = h("textarea", { rows: 2, maxLength: NOTE_CHARS_MAX, dir: "auto", ariaLabel: words.say("report_note"), placeholder: words.say("report_note") });
  const send = h("button.primary", { type: "submit" }, words.say("report_send"));
  const form = h("form", {},
    h("h2", { id: "report-title" }, words.say("report_title")),
    h("fieldset", {}, h("legend", {}, words.say("report_why")),
      ...REASONS.map((reason) => h("label", {},
        h("input", { type: "radio", name: "reason", value: reason, required: true }), " ", words.say(`report_${reason}`)))),
    note, failure,
    h("div.ways", {}, send, h("button.quiet", { onclick: () => dialog.close() }, words.say("cancel"))));
  const dialog = h("dialog", { "aria-labelledby": "report-title" }, form);
  dialog.addEventListener("close", () => {
    dialog.remove();
    card.refresh();
    /** @type {HTMLElement | null} */ (card.panel.querySelector(".thanks"))?.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = String(new FormData(form).get("reason"));
    send.disabled = true;
    fill(failure);
    const refusal = await sendReport(discussion, card, reason, note.value.trim());
    send.disabled = false;
    if (refusal) fill(failure, refusal);
    else dialog.close();
  });
  card.element.append(dialog);
  dialog.showModal();
}

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").CommentCard} card
 * @param {string} reason
 * @param {string} note
 * @returns {Promise<string | null>} what is to be said in the dialog; null when it is done with
 */
async function sendReport(discussion, card, reason, note) {
  const { api, words, viewing } = discussion;
  try {
    await api.send("POST", `v1/comments/${card.comment.id}/reports`, note ? { reason, note } : { reason });
  } catch (error) {
    return settle(discussion, error);
  }
  viewing.reported.add(card.comment.id);
  card.open(h("p.muted.thanks", { tabIndex: -1 }, words.say("report_thanks")));
  return null;
}
