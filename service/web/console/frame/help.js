/** The dialog that lists the keys, and switches them off for who does not want them. */

import { fill, h } from "../../shared/element.js";
import { part } from "./page.js";

/** @typedef {{title: string, keys: {keys: string, name: string}[]}} Group */

/** What a browser may keep: a choice about keys, nothing of anyone's. */
const STORED = "story-comments.console.single-keys";

export class Help {
  #dialog = part("keys", HTMLDialogElement);
  #on = part("keys-on", HTMLInputElement);

  /** @param {import("./keys.js").Keys} keys */
  constructor(keys) {
    keys.on = stored() !== "off";
    this.#on.checked = keys.on;
    this.#on.addEventListener("change", () => {
      keys.on = this.#on.checked;
      store(keys.on ? "on" : "off");
    });
    part("show-keys", HTMLButtonElement).addEventListener("click", () => this.open());
  }

  /** @type {() => Group[]} */
  groups = () => [];

  open() {
    fill(part("keys-list", HTMLElement), ...this.groups().map(({ title, keys }) => h(
      "section",
      {},
      h("h3", {}, title),
      h("dl", {}, ...keys.map((key) => h("div", {}, h("dt", {}, ...keysOf(key.keys)), h("dd", {}, key.name)))),
    )));
    this.#dialog.showModal();
  }
}

/** @param {string} keys */
function keysOf(keys) {
  return keys.split(" ").map((key) => h("kbd", {}, key));
}

/** @returns {string | null} */
function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null; // Storage is refused (private window, policy): the choice then lasts as long as the page.
  }
}

/** @param {string} value */
function store(value) {
  try {
    localStorage.setItem(STORED, value);
  } catch {
    // As above.
  }
}
