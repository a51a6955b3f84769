/** All rules as one form: the word lists, then each check's part. */

import { fill, h } from "../../shared/element.js";
import { nameOf } from "../words/names.js";
import { partFields } from "./part-fields.js";

/** @typedef {Record<string, any>} RuleSet */

/** @type {Record<string, string>} */
const PARTS = {
  links: "Links",
  shape: "Shape of the text",
  repeats: "Repeated texts",
  flood: "Many in a short while",
  new_readers: "New readers",
  history: "Past decisions",
  reports: "Reports",
  model: "The model that learns from decisions",
  outside: "Outside services",
};

const NEW_LIST = { name: "", kind: "suspect", words: [], language: null, harm: null, use: "shadow" };

export class RulesForm {
  element = h("div.rules-form");
  #lists = h("div.word-lists");
  /** @type {{element: HTMLElement, read: () => any}[]} */
  #words = [];
  /** @type {[string, {element: HTMLElement, read: () => any}][]} */
  #parts = [];

  /** @param {RuleSet} rules */
  show(rules) {
    const { words, ...parts } = rules;
    this.#words = words.map((/** @type {any} */ list) => partFields(list));
    this.#parts = Object.entries(parts).map(([name, part]) => [name, partFields(part)]);
    this.#drawLists(false);
    fill(
      this.element,
      h("details.rule-part", { open: true }, h("summary", {}, "Word lists"), this.#lists),
      ...this.#parts.map(([name, fields]) => h(
        "details.rule-part",
        {},
        h("summary", {}, PARTS[name] ?? nameOf(name), h("span.help", {}, useOf(parts[name]))),
        fields.element,
      )),
    );
  }

  /** @returns {RuleSet} */
  read() {
    return { words: this.#words.map(({ read }) => read()), ...Object.fromEntries(this.#parts.map(([name, { read }]) => [name, read()])) };
  }

  /** @param {boolean} focus to the last list, which is new */
  #drawLists(focus) {
    fill(
      this.#lists,
      ...this.#words.map((list, place) => h(
        "fieldset.word-list",
        {},
        h("legend", {}, list.read().name || "A new list"),
        list.element,
        h("button.quiet", { type: "button", onclick: () => this.#remove(place) }, "Remove this list"),
      )),
      h("button", { type: "button", onclick: () => this.#add() }, "Add a word list"),
    );
    if (focus) [...this.#lists.querySelectorAll("fieldset")].at(-1)?.querySelector("input")?.focus();
  }

  #add() {
    this.#words = [...this.#words, partFields(NEW_LIST)];
    this.#drawLists(true);
  }

  /** @param {number} place */
  #remove(place) {
    this.#words = this.#words.filter((_, other) => other !== place);
    this.#drawLists(false);
    this.#lists.querySelector("button")?.focus();
  }
}

/** @param {any} part */
function useOf(part) {
  return part?.use === "off" ? " off" : part?.use === "shadow" ? " tried only" : "";
}
