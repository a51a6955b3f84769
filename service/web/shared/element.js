/**
 * Small help for building elements. Nothing here takes HTML: children are nodes, or text that stays text.
 */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * Makes an element: `h("button.quiet", {onclick}, "Reply")`.
 *
 * A name with a dash is set as an attribute, any other as a property; null, undefined and false children are left out.
 * A button sends no form unless its `type` says so.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} tag with its classes
 * @param {Record<string, any>} [props]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = /** @type {HTMLElementTagNameMap[Tag]} */ (document.createElement(name));
  if (classes.length) element.classList.add(...classes);
  if (element instanceof HTMLButtonElement) element.type = "button";
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (key.includes("-")) element.setAttribute(key, String(value));
    else /** @type {any} */ (element)[key] = value;
  }
  fill(element, ...children);
  return element;
}

/**
 * Replaces what `parent` holds.
 * @param {ParentNode} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  const kept = /** @type {(Node | string | number)[]} */ (children.filter((child) => child || child === 0));
  parent.replaceChildren(...kept.map((child) => (child instanceof Node ? child : String(child))));
}

/**
 * A line drawing of 16 by 16, hidden from screen readers: its button has a name of its own.
 * @param {string} path
 */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/**
 * A stylesheet for shadow roots. It is no `<style>` element, so a page's style-src need not allow anything.
 * @param {string} css
 */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
