/** A table that scrolls within itself on a narrow window, reachable by keyboard. */

import { h } from "../../shared/element.js";

/**
 * @param {string} name its caption
 * @param {string[]} columns
 * @param {(import("../../shared/element.js").Child)[][]} rows the first cell is the row's head; numbers stand right
 */
export function table(name, columns, rows) {
  if (rows.length === 0) return h("p.none", {}, `${name}: nothing.`);
  return h(
    "div.table-scroll",
    { tabIndex: 0, role: "region", "aria-label": name },
    h(
      "table",
      {},
      h("caption", {}, name),
      h("thead", {}, h("tr", {}, ...columns.map((column, place) => h("th", { scope: "col", className: place ? "number" : "" }, column)))),
      h("tbody", {}, ...rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((cell) => h("td.number", {}, cell))))),
    ),
  );
}
