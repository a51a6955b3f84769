/**
 * The demonstration page plays the publisher: it says who is reading, and gives the discussion that reader's token.
 * Tokens come from an address that answers in development only; a real page asks its own login.
 */

import { Problem, apiOf } from "../shared/api.js";

const ROLE = "story-comments-demo:role";

const api = apiOf(new URL("/", location.href).href);
// This script stands before the widget's, so that it misses none of the events: the element is not one of its class yet.
const comments = /** @type {import("../embed.js").StoryComments} */ (document.querySelector("story-comments"));
const title = part("title");

/** @param {string} id */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/**
 * @param {string} role
 * @returns {Promise<{token: string, name: string} | null>} null for anonymous readers
 */
async function identityOf(role) {
  return role === "anonymous" ? null : api.send("POST", `demo/identities/${role}`);
}

/** @param {string} role */
async function readAs(role) {
  sessionStorage.setItem(ROLE, role);
  try {
    const identity = await identityOf(role);
    part("who").textContent = identity ? `You are ${identity.name}.` : "";
    part("moderator").hidden = role !== "moderator";
    /** @type {HTMLInputElement} */ (part("staff-token")).value = role === "moderator" && identity ? identity.token : "";
    // A staff token decides about comments; it does not write them.
    let first = role === "moderator" ? null : identity;
    comments.getToken = async ({ refresh }) => {
      if (refresh && first) first = await identityOf(role);
      return first?.token;
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    part("who").textContent = "Signing in works from this machine only.";
  }
}

function showRoles() {
  const kept = sessionStorage.getItem(ROLE);
  for (const input of part("viewer").querySelectorAll("input")) {
    input.checked = input.value === (kept ?? "anonymous");
    input.addEventListener("change", () => readAs(input.value));
  }
  if (kept && kept !== "anonymous") readAs(kept);
}

/** @param {{count: number}} numbers */
function showNumbers({ count }) {
  part("to-discussion").textContent = count ? `Discuss this story (${count})` : "Discuss this story";
}

part("copy-token").addEventListener("click", async () => {
  const { value } = /** @type {HTMLInputElement} */ (part("staff-token"));
  await navigator.clipboard.writeText(value);
  part("copy-token").textContent = "Copied";
});

for (const name of ["ready", "count"]) {
  comments.addEventListener(`story-comments:${name}`, (event) => showNumbers(/** @type {CustomEvent} */ (event).detail));
}

// The discussion's own link leads to a subscription system, of which there is none on a demonstration page.
comments.addEventListener("story-comments:login", (event) => {
  event.preventDefault();
  document.querySelector("#viewer input:checked")?.scrollIntoView({ block: "center" });
  /** @type {HTMLInputElement | null} */ (document.querySelector("#viewer input[value=subscriber]"))?.focus();
});

async function showTitle() {
  try {
    const story = await api.read(`v1/stories/${encodeURIComponent(comments.getAttribute("story-id") ?? "")}`);
    document.title = title.textContent = story.title;
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // A story that nobody registered has an id and nothing else.
  }
}

showRoles();
if (!document.querySelector(".story")) await showTitle();
