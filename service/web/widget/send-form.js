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
  const form = h("form", {
    onsubmit: () => {
      // What is sent twice counts once.
      discussion.api.send("POST", path, Object.fromEntries(new FormData(form))).then(done)
        .catch((error) => fill(failed, settle(discussion, error)));
      return false;
    },
  }, content, failed, h("div.ways", h("button.primary", { type: "submit" }, label)));
  return form;
}
