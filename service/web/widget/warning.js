/**
 * A moderator's warning, which stands in the composer's place until it is acknowledged.
 */

import { h } from "../shared/element.js";
import { sendForm } from "./send-form.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} warning
 */
export const warningNote = (discussion, { id, reason_words }) => Object.assign(
  sendForm(discussion, `v1/me/sanctions/${id}/acknowledgement`, discussion.say("warning_read"), () => discussion.viewing.load(),
    h("p", discussion.viewer.message), h("p", { dir: "auto" }, reason_words)),
  { className: "gate", tabIndex: -1 });
