/** A list of which one row is the current one: arrow keys and j, k walk through it, and the row itself has the focus. */

export class Rows {
  /** @type {HTMLElement[]} */
  #rows = [];
  /** The number of the current row; -1 while there is none. */
  at = -1;

  /** @param {() => void} [moved] */
  constructor(moved = () => {}) {
    this.moved = moved;
  }

  /** @param {HTMLElement[]} rows */
  set(rows) {
    this.#rows = rows;
    for (const row of rows) row.tabIndex = -1;
    this.at = Math.min(this.at, rows.length - 1);
    this.#mark();
  }

  get current() {
    return this.#rows[this.at] ?? null;
  }

  /** @param {number} step */
  move(step) {
    if (this.#rows.length === 0) return;
    const focused = this.#rows.findIndex((row) => row.contains(document.activeElement));
    const from = focused >= 0 ? focused : this.at;
    this.to(Math.max(0, Math.min(this.#rows.length - 1, from < 0 ? 0 : from + step)));
  }

  /** @param {number} place */
  to(place) {
    this.at = place;
    this.#mark();
    this.current?.focus();
    this.current?.scrollIntoView({ block: "nearest" });
    this.moved();
  }

  #mark() {
    for (const [place, row] of this.#rows.entries()) row.classList.toggle("current", place === this.at);
    const reached = this.#rows[Math.max(0, this.at)];
    if (reached) reached.tabIndex = 0;
  }

  /** @returns {import("../frame/screen.js").NamedBinding[]} */
  bindings() {
    return [
      { keys: "j", name: "Down", run: () => this.move(1) },
      { keys: "k", name: "Up", run: () => this.move(-1) },
      { keys: "arrowdown", name: "Down", run: () => this.move(1) },
      { keys: "arrowup", name: "Up", run: () => this.move(-1) },
    ];
  }
}
