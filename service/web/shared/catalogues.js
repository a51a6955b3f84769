/**
 * Where the other languages come from. A module of its own, because the built widget has each part of a language in a
 * file by itself.
 */

/**
 * @param {string} language
 * @param {import("./words.js").Part} part
 * @returns {Promise<import("./words.js").Catalogue>}
 */
export async function catalogueOf(language, part) {
  return (await import(`./words/${language}.js`))[part];
}
