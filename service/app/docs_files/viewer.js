// Shows /openapi.json: operations by tag, each with its parameters, body and answers, and a form to try it.

import { inline, make, prose } from "./dom.js";
import { membersOf, typeOf } from "./schema.js";
import { tryIt } from "./try-it.js";

const METHODS = ["get", "put", "post", "patch", "delete"];
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const contents = /** @type {HTMLElement} */ (document.getElementById("contents"));
const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
const token = /** @type {HTMLInputElement} */ (document.getElementById("token"));

/** @param {any} description */
function show(description) {
  const components = description.components ?? { schemas: {} };
  main.replaceChildren(make("section", {}, ...prose(description.info.description ?? "")));
  /** @type {Map<string, {path: string, method: string, operation: any}[]>} */
  const byTag = new Map((description.tags ?? []).map((/** @type {any} */ tag) => [tag.name, []]));
  for (const [path, item] of Object.entries(description.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "More";
      byTag.set(tag, [...(byTag.get(tag) ?? []), { path, method, operation: item[method] }]);
    }
  }
  // On a narrow page the list would stand between a reader and what is looked for.
  const lists = make("details", matchMedia("(min-width: 60rem)").matches ? { open: "" } : {}, make("summary", {}, "Operations"));
  contents.append(lists);
  for (const [tag, operations] of byTag) {
    if (!operations.length) continue;
    const about = description.tags?.find((/** @type {any} */ one) => one.name === tag)?.description;
    const list = make("ul");
    const section = make("section", { "data-tag": tag }, make("h2", {}, tag), about ? make("p", {}, about) : null);
    for (const { path, method, operation } of operations) {
      section.append(article(path, method, operation, components));
      list.append(make("li", { "data-for": operation.operationId },
        make("a", { href: `#${operation.operationId}` }, operation.summary ?? path)));
    }
    main.append(section);
    lists.append(make("h2", {}, tag), list);
  }
  document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

/**
 * @param {string} path
 * @param {string} method
 * @param {any} operation
 * @param {any} components
 */
function article(path, method, operation, components) {
  const parts = make("article", { id: operation.operationId },
    make("h3", {}, operation.summary ?? operation.operationId),
    make("span", { class: "path" }, make("span", { class: "method" }, method.toUpperCase()), ` ${path}`),
    make("p", { class: "who" }, whoMayCall(operation.security)),
    ...prose(operation.description ?? ""));
  if (operation.parameters?.length) parts.append(parametersOf(operation.parameters, components));
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  if (body) parts.append(make("details", {}, make("summary", {}, `Body: ${typeOf(body, components)}`), membersOf(body, components)));
  const answers = Object.entries(operation.responses ?? {});
  for (const [status, answer] of answers) if (status < "4") parts.append(answerOf(status, answer, components));
  parts.append(refusalsOf(answers.filter(([status]) => status >= "4")));
  parts.append(tryIt(method, path, operation, components, () => token.value.trim()));
  return parts;
}

/** @param {any[] | undefined} security */
function whoMayCall(security) {
  if (!security?.length) return "Open to everyone";
  const kinds = security.map((one) => Object.keys(one)[0]);
  const named = kinds.filter(Boolean).join(" or ");
  return kinds.includes(undefined) ? `Open to everyone; knows a ${named} token` : `Needs a ${named} token`;
}

/** @param {any[]} parameters */
function parametersOf(parameters, /** @type {any} */ components) {
  const lines = parameters.map((one) => make("li", {}, make("code", {}, one.name), " ",
    make("span", { class: "type" }, `${one.in}, ${typeOf(one.schema, components)}${one.required ? "" : ", optional"} `),
    ...inline(one.description ?? "")));
  return make("ul", { class: "members" }, ...lines);
}

/** @param {[string, any][]} answers */
function refusalsOf(answers) {
  const rows = answers.map(([status, answer]) => make("tr", {},
    make("th", { scope: "row" }, status === "default" ? "other" : status), make("td", {}, ...inline(answer.description))));
  return make("details", {}, make("summary", {}, "Refusals"), make("div", { class: "table" }, make("table", {}, ...rows)));
}

/**
 * @param {string} status
 * @param {any} answer
 */
function answerOf(status, answer, /** @type {any} */ components) {
  const schema = answer.content?.["application/json"]?.schema;
  const summary = make("summary", {}, status, schema ? `: ${typeOf(schema, components)}` : "");
  const members = schema ? membersOf(schema, components) : null;
  return members ? make("details", {}, summary, members) : make("p", {}, `${status}: ${answer.description}`);
}

// The field stands in a form so that browsers treat it as a secret; there is nothing to submit.
document.getElementById("who")?.addEventListener("submit", (event) => event.preventDefault());

find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const one of main.querySelectorAll("article")) {
    const text = one.textContent?.toLowerCase() ?? "";
    one.hidden = !words.every((word) => text.includes(word));
    const line = contents.querySelector(`[data-for="${CSS.escape(one.id)}"]`);
    if (line instanceof HTMLElement) line.hidden = one.hidden;
  }
  for (const section of main.querySelectorAll("section[data-tag]")) {
    section.toggleAttribute("hidden", !section.querySelector("article:not([hidden])"));
  }
});

try {
  const response = await fetch("/openapi.json");
  if (!response.ok) throw new Error(`status ${response.status}`);
  show(await response.json());
} catch (error) {
  main.replaceChildren(make("p", {}, `The description could not be read: ${error instanceof Error ? error.message : error}`));
}
