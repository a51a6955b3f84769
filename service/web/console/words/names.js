/** Names the console gives to what the service calls by an identifier. What is new to it shows in the service's own word. */

/** Queues in the order in which they are listed, with the letter that follows `g`. */
export const QUEUES = [
  { id: "held", name: "Held", key: "h", about: "Comments that wait to be published" },
  { id: "reported", name: "Reported", key: "r", about: "Published comments that readers reported" },
  { id: "unreviewed", name: "Unreviewed", key: "u", about: "Published comments nobody has looked at" },
  { id: "appealed", name: "Appealed", key: "p", about: "Decisions their authors ask to have looked at again" },
  { id: "escalated", name: "Escalated", key: "e", about: "Comments another moderator passed on" },
];

/** Reasons of a rejection in the order of their number keys. */
export const REASONS = [
  { id: "abuse", name: "Abuse" },
  { id: "harassment", name: "Harassment" },
  { id: "hate", name: "Hate" },
  { id: "spam", name: "Spam" },
  { id: "misinformation", name: "Misinformation" },
  { id: "off_topic", name: "Off topic" },
  { id: "illegal", name: "Illegal" },
  { id: "other", name: "Other" },
  { id: "rules", name: "House rules" },
];

const NAMES = new Map([...QUEUES, ...REASONS].map(({ id, name }) => [id, name]));

/**
 * A readable name for an identifier: "off_topic" is "Off topic", "key-point-1" is "Key point 1".
 * @param {string} id
 */
export function nameOf(id) {
  const known = NAMES.get(id);
  if (known) return known;
  const spaced = id.replace(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/**
 * "1 report", "2 reports", "3 replies".
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

/**
 * The beginning of what someone wrote, on one line, for telling comments apart. Cut from text, never from HTML.
 * @param {string | null} body
 * @param {number} [most] characters
 */
export function excerpt(body, most = 60) {
  const line = (body ?? "").replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}
