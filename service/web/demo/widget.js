/**
 * The examples of docs/widget.md, live. Tokens come from an address that answers in development only.
 */

import { Problem, apiOf } from "../shared/api.js";

const api = apiOf(new URL("/", location.href).href);
const plain = /** @type {import("../embed.js").StoryComments} */ (document.querySelector("#plain"));

/** @param {string} id */
function part(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

part("sign-in").addEventListener("click", () => {
  plain.getToken = async () => {
    try {
      return (await api.send("POST", "demo/identities/subscriber")).token;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      tell("Signing in works from this machine only.");
      return null;
    }
  };
});

part("sign-out").addEventListener("click", () => {
  plain.getToken = async () => null;
});

/** @param {string} text */
function tell(text) {
  const line = document.createElement("li");
  line.textContent = text;
  part("told").prepend(line);
}

for (const name of ["ready", "count", "posted", "login", "subscribe", "renew", "token-expired"]) {
  plain.addEventListener(`story-comments:${name}`, (event) => {
    tell(`story-comments:${name} ${JSON.stringify(/** @type {CustomEvent} */ (event).detail)}`);
    if (event.cancelable && ["login", "subscribe", "renew"].includes(name)) event.preventDefault();
  });
}

part("toggle").addEventListener("click", () => {
  const place = part("place");
  const there = place.firstElementChild;
  if (there) {
    there.remove();
  } else {
    const element = document.createElement("story-comments");
    element.setAttribute("story-id", plain.storyId);
    element.lang = "ja";
    place.append(element);
  }
  part("toggle").setAttribute("aria-pressed", String(!there));
});
