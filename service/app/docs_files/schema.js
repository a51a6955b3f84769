// A schema in words, and an example body made from one.

import { inline, make } from "./dom.js";

const DEPTH_MAX = 6;

/** @typedef {{schemas: Record<string, any>}} Components */

/**
 * @param {any} schema
 * @param {Components} components
 */
export function resolved(schema, components) {
  const name = schema?.$ref?.split("/").pop();
  return name ? { title: name, ...components.schemas[name] } : (schema ?? {});
}

/** "array of Comment", "text, at most 200 characters or null" … */
export function typeOf(/** @type {any} */ given, /** @type {Components} */ components) {
  const schema = resolved(given, components);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((/** @type {any} */ one) => typeOf(one, components)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((/** @type {any} */ value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `array of ${typeOf(schema.items, components)}${bounds(schema)}`;
  if (schema.properties && schema.title) return schema.title;
  const types = [schema.type ?? "anything"].flat().join(" or ");
  return `${types}${schema.format ? ` (${schema.format})` : ""}${bounds(schema)}`;
}

function bounds(/** @type {any} */ schema) {
  const least = schema.minimum ?? schema.minLength ?? schema.minItems;
  const most = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const range = least === undefined ? (most === undefined ? "" : `, at most ${most}`)
    : most === undefined ? `, at least ${least}` : `, ${least} to ${most}`;
  return range + (schema.pattern ? `, like ${schema.pattern}` : "");
}

/**
 * The members of an object, or of an array's objects, as nested lists that open on demand.
 * @param {any} given
 * @param {Components} components
 * @returns {HTMLElement | null}
 */
export function membersOf(given, components, depth = 0) {
  const schema = objectWithin(given, components);
  if (!schema || depth > DEPTH_MAX) return null;
  const required = new Set(schema.required ?? []);
  const list = make("ul", { class: "members" });
  for (const [name, member] of Object.entries(schema.properties)) {
    const about = resolved(member, components);
    const line = make("li", {}, make("code", {}, name), " ",
      make("span", { class: "type" }, typeOf(member, components), required.has(name) ? "" : ", optional"));
    if (about.description) line.append(" ", ...inline(about.description));
    const within = objectWithin(member, components);
    if (within && depth < DEPTH_MAX) {
      const details = make("details", {}, make("summary", {}, within.title ?? "members"));
      // Schemas may hold themselves (replies of replies), so what is inside is made when it is asked for.
      details.addEventListener("toggle", () => {
        const inner = membersOf(member, components, depth + 1);
        if (details.childElementCount === 1 && inner) details.append(inner);
      });
      line.append(details);
    }
    list.append(line);
  }
  return list;
}

/** @returns {any} */
function objectWithin(/** @type {any} */ given, /** @type {Components} */ components) {
  const schema = resolved(given, components);
  if (schema.properties) return schema;
  if (schema.items) return objectWithin(schema.items, components);
  for (const choice of schema.oneOf ?? schema.anyOf ?? []) {
    const found = objectWithin(choice, components);
    if (found) return found;
  }
  return null;
}

/** @returns {any} */
export function exampleOf(/** @type {any} */ given, /** @type {Components} */ components, depth = 0) {
  const schema = resolved(given, components);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return exampleOf(choices.find((/** @type {any} */ one) => one.type !== "null") ?? choices[0], components, depth);
  if (schema.properties && depth < DEPTH_MAX) {
    const needed = schema.required?.length ? schema.required : Object.keys(schema.properties);
    return Object.fromEntries(
      needed.map((/** @type {string} */ name) => [name, exampleOf(schema.properties[name], components, depth + 1)]));
  }
  const type = [schema.type].flat()[0];
  if (type === "array") return [];
  if (type === "integer" || type === "number") return schema.minimum ?? 0;
  if (type === "boolean") return false;
  if (type === "object") return {};
  return type === "string" ? "…" : null;
}
