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

/**
 * @typedef {object} Words
 * @property {string} locale what numbers and dates follow ("de-AT"), and the service's own words
 * @property {string} dir the direction of these texts; "" where they stand in for a language of which the page alone knows it
 * @property {(part: Part, english: Catalogue) => Promise<void>} learn takes one part of the texts, once: at once in English,
 *   then in the reader's own language; kept when that is there, or cannot be had
 * @property {(key: string) => boolean} has
 * @property {(key: string, values?: Record<string, any>) => string} say the text of `key`, with its `{names}` filled in; `count` chooses the plural
 * @property {(value: number) => string} number
 * @property {(iso: string) => string} ago how long ago, in words; a date for what is older than a week
 * @property {(iso: string) => string} exact
 */

/** Every language there is a catalogue of. */
const LANGUAGES = /^(?:en|de|fr|es|pt|ar|ja)$/;

/** Each unit and its length in seconds, the longest first. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", Infinity]];

/** From this age on, a date says more than "9 days ago". */
const RELATIVE_S = 7 * 86_400;

/**
 * @param {string} declared a language tag, "" for the browser's own; without a catalogue of it, English is said
 * @returns {Words}
 */
export function wordsIn(declared) {
  const wanted = declared || navigator.language;
  const language = wanted.split("-")[0].toLowerCase();
  const known = LANGUAGES.test(language);
  // Anything else that a page's `lang` may say by mistake is not Intl's to judge.
  const locale = !known ? "en" : /^[a-z]{2}(-[a-z]{2}|-\d{3})?$/i.test(wanted) ? wanted : language;
  const plural = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(locale).format;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "short" });
  /** @type {Catalogue} */
  const texts = {};
  /** @type {Partial<Record<Part, Promise<void>>>} */
  const learnt = {};

  return {
    locale,
    dir: !known ? "" : language === "ar" ? "rtl" : "ltr",
    number,
    learn: (part, english) => (learnt[part] ??= (async () => {
      Object.assign(texts, english);
      try {
        if (known && language !== "en") Object.assign(texts, await catalogueOf(language, part));
      } catch (error) {
        reportError(error); // Comments in English are better than none.
      }
    })()),
    has: (key) => key in texts,
    say(key, values = {}) {
      const text = /** @type {any} */ (texts[key]);
      // English may stand in here for a language of other plurals.
      return (text[values.count === 1 ? "one" : plural.select(values.count)] ?? text.other ?? text).replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) =>
        typeof values[name] === "number" ? number(values[name]) : values[name]);
    },
    ago(iso) {
      // Clocks differ: what was posted a second "from now" was posted now.
      const age_s = Math.max(0, (Date.now() - Date.parse(iso)) / 1000);
      const [unit, length_s] = /** @type {[any, number]} */ (UNITS.find(([, length]) => age_s >= length) ?? UNITS[3]);
      return age_s < RELATIVE_S ? relative.format(-Math.floor(age_s / length_s), unit) : date.format(new Date(iso));
    },
    exact: (iso) => exact.format(new Date(iso)),
  };
}

/**
 * The language that `element` is declared to be in: its own `lang`, that of the nearest element around it, or the page's.
 * @param {Element} element
 * @returns {string} "" where nothing says so
 */
export const declaredLanguage = (element) => element.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang;
