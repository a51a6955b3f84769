/**
 * A form that sends what its fields hold, as they are named.
 */

import { failure, fill, h } from "../shared/element.js";
import { settle } from "./refusals.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} path to which it is posted
 * @param {string} label of its button
 * @param {(answer: any) => unknown} done
 * @param {...import("../shared/element.js").Child} content
 */
export function sendForm(discussion, path, label, done, ...content) {
  const failed = failure();
  const submit = h("button.primary", { type: "submit" }, label);
  const form = h("form", {
    onsubmit: () => {
      submit.disabled = true;
      discussion.api.send("POST", path, Object.fromEntries(new FormData(form))).then(done)
        .catch((error) => fill(failed, settle(discussion, error)))
        .finally(() => (submit.disabled = false));
      return false;
    },
  }, ...content, failed, h("div.ways", submit));
  return form;
}
