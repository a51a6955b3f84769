// Sends one operation as it stands in the form, and shows the answer whole.

import { make } from "./dom.js";
import { exampleOf } from "./schema.js";

const SHOWN_CHARS_MAX = 100_000;

/**
 * @param {string} method
 * @param {string} path
 * @param {any} operation
 * @param {{schemas: Record<string, any>}} components
 * @param {() => string} token
 */
export function tryIt(method, path, operation, components, token) {
  const form = /** @type {HTMLFormElement} */ (make("form"));
  const parameters = operation.parameters ?? [];
  for (const one of parameters) {
    const id = `${operation.operationId}-${one.name}`;
    form.append(make("p", {}, make("label", { for: id }, `${one.name} (${one.in})`),
      make("input", { id, name: one.name, ...(one.required ? { required: "" } : {}) })));
  }
  const body = operation.requestBody?.content?.["application/json"]?.schema;
  /** @type {HTMLTextAreaElement | null} */
  let text = null;
  if (body) {
    text = /** @type {HTMLTextAreaElement} */ (make("textarea", { spellcheck: "false", "aria-label": "Body" }));
    text.value = JSON.stringify(exampleOf(body, components), null, 2);
    form.append(text);
  }
  const output = make("pre", { hidden: "", tabindex: "0", "aria-label": "Answer" });
  form.append(make("p", {}, make("button", {}, "Send")), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    output.hidden = false;
    output.textContent = "…";
    try {
      output.textContent = await answerOf(requestOf(form, method, path, parameters, text?.value, token()));
    } catch (error) {
      output.textContent = `No answer: ${error instanceof Error ? error.message : error}`;
    }
  });
  return make("details", {}, make("summary", {}, "Try it"), form);
}

/**
 * @param {HTMLFormElement} form
 * @param {any[]} parameters
 * @param {string | undefined} body
 */
function requestOf(form, /** @type {string} */ method, /** @type {string} */ path, parameters, body, /** @type {string} */ token) {
  const given = new FormData(form);
  const query = new URLSearchParams();
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {});
  for (const one of parameters) {
    const value = String(given.get(one.name) ?? "");
    if (one.in === "path") path = path.replace(`{${one.name}}`, encodeURIComponent(value));
    else if (value && one.in === "query") query.append(one.name, value);
    else if (value && one.in === "header") headers.set(one.name, value);
  }
  if (body !== undefined) headers.set("content-type", "application/json");
  return new Request(query.size ? `${path}?${query}` : path, { method: method.toUpperCase(), headers, body });
}

/** @param {Request} request */
async function answerOf(request) {
  const response = await fetch(request);
  const head = `${request.method} ${new URL(request.url).pathname}\n${response.status} ${response.statusText}\n` +
    [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return `${head}\n\n(a live stream; closed again)`;
  }
  const text = await response.text();
  return `${head}\n\n${readable(text)}`.slice(0, SHOWN_CHARS_MAX);
}

/** @param {string} text */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // Not JSON: feeds and pages are shown as they came.
  }
}
