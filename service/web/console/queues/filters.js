/** The filters and the order of a queue, as a form that becomes an address: what is filtered can be bookmarked and sent on. */

import { fill, h } from "../../shared/element.js";
import { hrefOf } from "../frame/place.js";
import { field, input, localOf, momentOf, select } from "../parts/form.js";

/** @typedef {import("../words/types.js").Wanted} Wanted */

/** @type {[keyof Wanted & string, string, string?][]} */
const TEXTS = [
  ["site", "Site"],
  ["section", "Section"],
  ["story", "Story", "Its id."],
  ["author", "Author", "The id of the reader’s page."],
  ["signal", "Signal", "A check such as links, or a kind such as hold."],
];
/** @type {[keyof Wanted & string, string][]} */
const MOMENTS = [["after", "Waits since, from"], ["before", "Waits since, until"]];
/** @type {[string, string][]} */
export const ORDERS = [["urgent", "Most urgent first"], ["oldest", "Oldest first"], ["newest", "Newest first"]];

const NAMES = [...TEXTS.map(([name]) => name), ...MOMENTS.map(([name]) => name), "order"];

/**
 * What of a place's query the service knows as filters.
 * @param {Record<string, string>} query
 * @returns {Wanted}
 */
export function wantedOf(query) {
  return Object.fromEntries(NAMES.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

export class Filters {
  element = h("div.filters");
  #goTo;
  /** @type {string[]} */
  #path = [];
  /** @type {Wanted} */
  #wanted = {};
  #unfolded = false;

  /** @param {(href: string) => void} goTo */
  constructor(goTo) {
    this.#goTo = goTo;
  }

  /**
   * @param {string[]} path the place that is filtered: "queues", "held", "list"
   * @param {Wanted} wanted
   */
  show(path, wanted) {
    const same = path.join() === this.#path.join();
    this.#path = path;
    this.#wanted = wanted;
    this.#unfolded &&= same;
    this.#draw();
  }

  /** Unfolds the fields and goes to the first of them. */
  open() {
    this.#unfolded = true;
    this.#draw();
    this.element.querySelector("input")?.focus();
  }

  /** Between the list of what waits and one comment at a time. */
  get otherHref() {
    const [view, queue, list] = this.#path;
    return hrefOf(list ? [view, queue] : [view, queue, "list"], this.#wanted);
  }

  #draw() {
    const { order = "urgent", ...others } = this.#wanted;
    const isList = this.#path.length > 2;
    const ordered = select(ORDERS, order, {
      "aria-label": "Order",
      onchange: () => this.#goTo(hrefOf(this.#path, { ...this.#wanted, order: ordered.value })),
    });
    fill(
      this.element,
      h(
        "div.filter-line",
        {},
        ordered,
        h(
          "button.quiet",
          { onclick: () => this.#toggle(), "aria-expanded": String(this.#unfolded), "aria-keyshortcuts": "/" },
          "Filters ",
          h("kbd", { "aria-hidden": "true" }, "/"),
        ),
        ...Object.entries(others).map(([name, value]) => this.#chip(name, String(value))),
        h(
          "a.other-view",
          { href: this.otherHref, "aria-keyshortcuts": "l" },
          isList ? "One at a time " : "As a list ",
          h("kbd", { "aria-hidden": "true" }, "l"),
        ),
      ),
      this.#unfolded && this.#form(),
    );
  }

  #toggle() {
    this.#unfolded = !this.#unfolded;
    this.#draw();
    if (this.#unfolded) this.element.querySelector("input")?.focus();
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #chip(name, value) {
    const named = [...TEXTS, ...MOMENTS].find(([id]) => id === name)?.[1] ?? name;
    const shown = name === "before" || name === "after" ? localOf(value).replace("T", " ") : value;
    return h(
      "button.filter-chip",
      {
        "aria-label": `Without the filter ${named}: ${shown}`,
        onclick: () => this.#goTo(hrefOf(this.#path, { ...this.#wanted, [name]: null })),
      },
      `${named}: ${shown} `,
      h("span", { "aria-hidden": "true" }, "×"),
    );
  }

  #form() {
    const values = /** @type {Record<string, string | undefined>} */ (this.#wanted);
    const texts = TEXTS.map(([name, label, help]) => ({ name, label, help, control: input(values[name] ?? "", { name, maxLength: 200 }) }));
    const moments = MOMENTS.map(([name, label]) => ({ name, label, help: undefined, control: input(localOf(values[name]), { name, type: "datetime-local" }) }));
    const send = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#unfolded = false;
      const given = Object.fromEntries(texts.map(({ name, control }) => [name, control.value.trim()]));
      const at = Object.fromEntries(moments.map(({ name, control }) => [name, momentOf(control.value)]));
      this.#goTo(hrefOf(this.#path, { order: values.order, ...given, ...at }));
    };
    return h(
      "form.filter-form",
      {
        onsubmit: send,
        onkeydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          this.#toggle();
          this.element.querySelector("button")?.focus();
        },
      },
      h("div.field-grid", {}, ...[...texts, ...moments].map(({ label, control, help }) => field(label, control, help))),
      h(
        "div.row",
        {},
        h("button.primary", { type: "submit" }, "Show these"),
        h("button", { type: "button", onclick: () => this.#goTo(hrefOf(this.#path, { order: values.order })) }, "Without filters"),
      ),
    );
  }
}
