/**
 * Small help for building elements. Nothing here takes HTML: children are nodes, or text that stays text.
 */

/**
 * @typedef {Node | string | number | null | undefined | false | Child[]} Child
 */

/**
 * Makes an element: `h("button.quiet", {onclick}, "Reply")`, or `h("p", "Reply")`.
 *
 * A name with a dash is set as an attribute, any other as a property; null, undefined and false children are left out.
 * A button sends no form unless its `type` says so.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} tag with its classes
 * @param {Record<string, any> | Child} [props] may be left out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, props, ...children) {
  if (props?.constructor !== Object) return h(tag, {}, /** @type {Child} */ (props), ...children);
  const [name, ...classes] = tag.split(".");
  const element = /** @type {any} */ (document.createElement(name));
  for (const one of classes) element.classList.add(one);
  if (name === "button") element.type = name;
  for (const key in props) {
    const value = props[key];
    if (value === undefined || value === null) continue;
    if (key.includes("-")) element.setAttribute(key, value);
    else element[key] = value;
  }
  fill(element, ...children);
  return element;
}

/**
 * A button: `button(".quiet", say("try_again"), onclick)`.
 * @param {string} looks its classes, each after a dot
 * @param {Child} text
 * @param {(event: Event) => unknown} onclick
 * @param {Record<string, any>} [props]
 * @returns {HTMLButtonElement}
 */
export const button = (looks, text, onclick, props) => h(`button${looks}`, { onclick, ...props }, text);

/**
 * A line that says what went wrong, read out as soon as it is there or says something.
 * @param {...Child} text
 */
export const failure = (...text) => h("p.failure", { role: "alert" }, ...text);

/**
 * Replaces what `parent` holds.
 * @param {ParentNode} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(.../** @type {any[]} */ (children).flat(2).filter((child) => child || child === 0));
}

/**
 * Gives the focus to what stands where it was. The page stays where the reader has scrolled it meanwhile.
 * @param {HTMLElement | null | undefined} element
 */
export const refocus = (element) => element?.focus({ preventScroll: true });

/**
 * A stylesheet for shadow roots. It is no `<style>` element, so a page's style-src need not allow anything.
 * @param {string} css
 */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
