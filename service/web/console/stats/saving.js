/** Saving what was read as a file, without asking the service for it again. */

/**
 * @param {string} name
 * @param {string} type
 * @param {string} content
 */
export function save(name, type, content) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  // The browser has taken the file's content by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Comma-separated values as RFC 4180 has them.
 * @param {string[]} columns
 * @param {Record<string, unknown>[]} rows
 */
export function csvOf(columns, rows) {
  const cell = (/** @type {unknown} */ value) => {
    const text = value == null ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
  };
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}
