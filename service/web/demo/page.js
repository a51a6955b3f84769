/**
 * The demonstration page plays the publisher: it says who is reading, and gives the discussion that reader's token.
 * Tokens come from an address that answers in development only; a real page asks its own login.
 */

import { Api, Problem } from "../shared/api.js";

const ROLE = "story-comments-demo:role";

const api = new Api(new URL("/", location.href).href);
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

/** @param {Element} passage */
function bubbleOf(passage) {
  const { storyCommentsAnchor: anchor = "" } = /** @type {HTMLElement} */ (passage).dataset;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "bubble";
  button.dataset.anchor = anchor;
  button.title = "Discuss this";
  button.setAttribute("aria-label", `Discuss: ${passage.textContent?.trim().slice(0, 80)}`);
  button.append(speechBubble(), document.createElement("span"));
  button.addEventListener("click", () => comments.discuss(anchor));
  return button;
}

function speechBubble() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M2 3h12v8H7l-3 3v-3H2z");
  svg.append(path);
  return svg;
}

/** Beside each part of the story that comments may be about: a way to them, with their number. */
function showBubbles() {
  for (const passage of document.querySelectorAll("[data-story-comments-anchor]")) {
    (passage.querySelector("p:last-child") ?? passage).append("\u00a0", bubbleOf(passage));
  }
}

/** @param {{count: number, byAnchor: Record<string, number>}} numbers */
function showNumbers({ count, byAnchor }) {
  part("to-discussion").textContent = count ? `Discuss this story (${count})` : "Discuss this story";
  for (const bubble of document.querySelectorAll(".bubble")) {
    const number = byAnchor[/** @type {HTMLElement} */ (bubble).dataset.anchor ?? ""];
    if (bubble.lastChild) bubble.lastChild.textContent = number ? String(number) : "";
  }
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
    const story = await api.read(`v1/stories/${encodeURIComponent(comments.storyId)}`);
    document.title = title.textContent = story.title;
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // A story that nobody registered has an id and nothing else.
  }
}

showBubbles();
showRoles();
if (!document.querySelector(".story")) await showTitle();
