/**
 * A dialog over the page, in the discussion's looks and language.
 */

import { button, h } from "../shared/element.js";

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {string} title the key of its title, and its class
 * @param {...import("../shared/element.js").Child} content
 */
export function openDialog(discussion, title, ...content) {
  const { say } = discussion;
  const dialog = h(/** @type {"dialog"} */ (`dialog.${title}`), { ariaLabel: say(title), onclose: () => dialog.remove() },
    h("div.top", h("h2", say(title)), button(".quiet", say("close"), () => dialog.close())), content);
  discussion.shadow.querySelector("dialog")?.remove(); // Whoever pressed twice wants one.
  discussion.list.element.after(dialog);
  dialog.showModal();
  return dialog;
}
