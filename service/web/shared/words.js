/**
 * What is said to readers, in their language: texts from the catalogues in words/, plurals, numbers and dates by Intl.
 *
 * A text is a string with `{names}`, or one string for each plural category of `count`. English comes along, because it
 * is the most asked for and stands in for what another language lacks; of the others only the one in use is loaded.
 */

import { catalogueOf } from "./catalogues.js";

/** @typedef {string | Partial<Record<Intl.LDMLPluralRule, string>>} Text */

/** @typedef {Record<string, Text>} Catalogue */

/** @typedef {"reading" | "writing" | "parts"} Part of a catalogue, by when it is needed */

/** Every language there is a catalogue of. */
const LANGUAGES = ["en", "de", "fr", "es", "pt", "ar", "ja"];

/** Those of them that are written from right to left. */
const RIGHT_TO_LEFT = ["ar"];

/** @type {[Intl.RelativeTimeFormatUnit, number][]} each unit and its length in seconds, the longest first */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** From this age on, a date says more than "9 days ago". */
const RELATIVE_S = 7 * 86_400;

/** What chooses among plurals where an English text stands in for one that is missing. */
const ENGLISH = new Intl.PluralRules("en");

export class Words {
  #language;
  /** @type {Catalogue} */
  #english = {};
  /** @type {Catalogue} */
  #own = {};
  /** @type {Partial<Record<Part, Promise<void>>>} */
  #learnt = {};
  #plural;
  #number;
  #relative;
  #date;
  #exact;

  /** @param {string} declared a language tag, "" for the browser's own; without a catalogue of it, English is said */
  constructor(declared) {
    const wanted = declared || navigator.language;
    const language = wanted.split("-")[0].toLowerCase();
    const known = LANGUAGES.includes(language);
    this.#language = known ? language : "en";
    /** What numbers and dates follow ("de-AT"); a tag that is no tag is not Intl's to judge. */
    this.locale = known && isTag(wanted) ? wanted : this.#language;
    /** The direction of these texts; "" where they stand in for a language of which the page alone knows it. */
    this.dir = !known ? "" : RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
    const { locale } = this;
    this.#plural = new Intl.PluralRules(locale);
    this.#number = new Intl.NumberFormat(locale);
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    this.#date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  }

  /**
   * Takes one part of the texts: at once in English, then, where that is another language, in the reader's own. Asked
   * again, it has been done already.
   * @param {Part} part
   * @param {Catalogue} english
   * @returns {Promise<void>} done when the reader's own are there, or cannot be had; English then stays
   */
  learn(part, english) {
    return (this.#learnt[part] ??= this.#learn(part, english));
  }

  /**
   * @param {Part} part
   * @param {Catalogue} english
   */
  async #learn(part, english) {
    this.#english = { ...this.#english, ...english };
    if (this.#language === "en") return;
    try {
      this.#own = { ...this.#own, ...(await catalogueOf(this.#language, part)) };
    } catch (error) {
      reportError(error); // Comments in English are better than none.
    }
  }

  /** @param {string} key */
  has(key) {
    return key in this.#english;
  }

  /**
   * The text of `key`, with its `{names}` filled in.
   * @param {string} key
   * @param {Record<string, string | number>} [values] `count` also chooses the plural
   */
  say(key, values = {}) {
    const own = this.#own[key];
    const text = own ?? this.#english[key];
    if (!text) throw new RangeError(`No text is called "${key}".`);
    const plural = own ? this.#plural : ENGLISH;
    const form = typeof text === "string" ? text : text[plural.select(Number(values.count))] ?? text.other ?? "";
    return form.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.number(value) : String(value);
    });
  }

  /** @param {number} value */
  number(value) {
    return this.#number.format(value);
  }

  /**
   * How long ago, in words; a date for what is older than a week.
   * @param {string} iso
   */
  ago(iso) {
    const then = new Date(iso);
    // Clocks differ: what was posted a second "from now" was posted now.
    const age_s = Math.max(0, (Date.now() - then.getTime()) / 1000);
    if (age_s >= RELATIVE_S) return this.#date.format(then);
    const unit = UNITS.find(([, length_s]) => age_s >= length_s);
    return unit ? this.#relative.format(-Math.floor(age_s / unit[1]), unit[0]) : this.#relative.format(0, "second");
  }

  /** @param {string} iso */
  exact(iso) {
    return this.#exact.format(new Date(iso));
  }
}

/**
 * The language that `element` is declared to be in: its own `lang`, that of the nearest element around it, or the page's.
 * @param {Element} element
 * @returns {string} "" where nothing says so
 */
export function declaredLanguage(element) {
  return element.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang;
}

/** @param {string} wanted */
function isTag(wanted) {
  try {
    return Intl.getCanonicalLocales(wanted).length === 1;
  } catch {
    return false; // A mistake in the page's `lang`; its language part was readable all the same.
  }
}
