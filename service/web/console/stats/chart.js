/** A small line chart as SVG: one point a day, a line a series. The figures themselves stand in a table beside it. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 10;

/**
 * @param {string} name what it shows, for screen readers
 * @param {string[]} days
 * @param {{name: string, values: number[]}[]} series at most three, told apart by line style too
 * @returns {SVGElement}
 */
export function lineChart(name, days, series) {
  const most = Math.max(1, ...series.flatMap(({ values }) => values));
  const top = roundUp(most);
  const x = (/** @type {number} */ place) => LEFT + (days.length < 2 ? 0 : (place * (WIDTH - LEFT - 8)) / (days.length - 1));
  const y = (/** @type {number} */ value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const root = made("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": name });
  for (const value of [0, top / 2, top]) {
    root.append(
      made("line", { class: "grid", x1: LEFT, x2: WIDTH - 8, y1: y(value), y2: y(value) }),
      text({ class: "axis", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, value.toLocaleString()),
    );
  }
  const every = Math.max(1, Math.ceil(days.length / 8));
  for (const [place, day] of days.entries()) {
    if (place % every === 0) root.append(text({ class: "axis", x: x(place), y: HEIGHT - 6, "text-anchor": "middle" }, day.slice(5)));
  }
  for (const [number, { values }] of series.entries()) {
    const points = values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    root.append(made("polyline", { class: `line line-${number}`, points }));
    if (values.length === 1) root.append(made("circle", { class: `dot line-${number}`, cx: x(0), cy: y(values[0]), r: 3 }));
  }
  return root;
}

/**
 * A bar of a share, beside its figure.
 * @param {number} share 0 to 1
 */
export function shareBar(share) {
  const root = made("svg", { viewBox: "0 0 100 8", class: "share-bar", "aria-hidden": "true", preserveAspectRatio: "none" });
  root.append(
    made("rect", { class: "share-ground", x: 0, y: 0, width: 100, height: 8 }),
    made("rect", { class: "share-filled", x: 0, y: 0, width: Math.max(0, Math.min(1, share)) * 100, height: 8 }),
  );
  return root;
}

/** The next of 2, 4, 10, 20, 40, 100 … that holds it, so that half of it is a whole number too. @param {number} value */
function roundUp(value) {
  for (let unit = 1; ; unit *= 10) {
    for (const factor of [2, 4, 10]) if (value <= factor * unit) return factor * unit;
  }
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function made(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return /** @type {SVGElement} */ (element);
}

/**
 * @param {Record<string, string | number>} attributes
 * @param {string} words
 */
function text(attributes, words) {
  const element = made("text", attributes);
  element.textContent = words;
  return element;
}
