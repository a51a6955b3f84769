/**
 * A report to the moderators: a reason, and what they should know.
 */

import { h } from "../shared/element.js";
import { openDialog } from "./dialog.js";
import { sendForm } from "./send-form.js";

/** As the service names them; each has its words. */
const REASONS = "abuse harassment hate spam misinformation off_topic illegal other".split(" ");

const NOTE_CHARS_MAX = 2_000;

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {import("./comment-card.js").Card} card
 */
export function askForReport(discussion, card) {
  const { say } = discussion;
  const { id } = card.comment;
  const dialog = openDialog(discussion, "report_title",
    sendForm(discussion, `v1/comments/${id}/reports`, say("report_send"), () => {
      const thanks = h("p.muted", { tabIndex: -1 }, say("report_thanks"));
      dialog.close();
      discussion.viewing.reported.add(id);
      card.refresh();
      card.open(thanks);
      thanks.focus();
    },
    h("fieldset", h("legend", say("report_why")), REASONS.map((value) => h("label",
      h("input", { type: "radio", name: "reason", value, required: true, autofocus: true }), " ", say(`report_${value}`)))),
    h("label", say("report_note"), h("textarea", { name: "note", dir: "auto", maxLength: NOTE_CHARS_MAX }))));
}
