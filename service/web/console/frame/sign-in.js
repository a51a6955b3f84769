/** The dialog that asks for a staff token until it has one that the service takes. */

import { Problem } from "../../shared/api.js";
import { part } from "./page.js";
import { troubleOf } from "./problems.js";

/** @typedef {import("../words/types.js").Person} Person */
/** @typedef {import("./session.js").Identity} Identity */

/** Three parts of base64url, as every signed token has; what else was pasted by mistake is not sent anywhere. */
const LOOKS_LIKE_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export class SignIn {
  #api;
  #personOf;
  #dialog = part("sign-in", HTMLDialogElement);
  #form = part("sign-in-form", HTMLFormElement);
  #token = part("token", HTMLTextAreaElement);
  #send = part("sign-in-send", HTMLButtonElement);
  #development = part("sign-in-development", HTMLButtonElement);
  #trouble = part("sign-in-trouble", HTMLElement);
  /** @type {((identity: Identity) => void) | null} */
  #answer = null;

  /**
   * @param {import("../../shared/api.js").Api} api
   * @param {(token: string) => Promise<Person>} personOf
   */
  constructor(api, personOf) {
    this.#api = api;
    this.#personOf = personOf;
    // There is nothing to return to before someone has signed in.
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const token = this.#token.value.trim().replace(/^Bearer\s+/i, "").replace(/\s+/g, "");
      if (LOOKS_LIKE_TOKEN.test(token)) this.#try(async () => token);
      else this.#refuse("This does not look like a token. Check that all of it was copied, and nothing else.");
    });
    this.#token.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault(); // A token has no second line.
      this.#form.requestSubmit();
    });
    this.#development.addEventListener("click", () => {
      this.#try(async () => (await this.#api.send("POST", "demo/identities/moderator")).token);
    });
  }

  /**
   * @param {Person | null} again whose sign-in has ended; null for a first one
   * @returns {Promise<Identity>}
   */
  ask(again) {
    part("sign-in-title", HTMLElement).textContent = again ? "Sign in again" : "Sign in to review comments";
    const why = part("sign-in-why", HTMLElement);
    why.hidden = !again;
    const ended = again?.name ? `The sign-in of ${again.name} has ended.` : "Your sign-in has ended.";
    why.textContent = again ? `${ended} What you were doing goes on once you are back.` : "";
    this.#trouble.textContent = "";
    this.#dialog.classList.toggle("again", again !== null);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#offerDevelopment();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Only the development server answers for the demo page's identities; everywhere else the button stays away. */
  async #offerDevelopment() {
    try {
      await this.#api.read("demo/identities");
      this.#development.hidden = false;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#development.hidden = true;
    }
  }

  /** @param {() => Promise<string>} tokenOf */
  async #try(tokenOf) {
    this.#working(true);
    try {
      const token = await tokenOf();
      const person = await this.#personOf(token);
      if (person.roles.length === 0) return this.#refuse("This is a reader’s token. Reviewing needs a staff token.");
      this.#token.value = "";
      // A field that has just gone keeps the focus until the page is next drawn, and would swallow the first key.
      this.#token.blur();
      this.#dialog.close();
      this.#answer?.({ token, person });
    } catch (error) {
      this.#refuse(refusal(error));
    } finally {
      this.#working(false);
    }
  }

  /** @param {string} words */
  #refuse(words) {
    this.#trouble.textContent = words;
    this.#token.focus();
    this.#token.select();
  }

  /** @param {boolean} yes */
  #working(yes) {
    this.#send.disabled = yes;
    this.#development.disabled = yes;
    if (yes) this.#trouble.textContent = "";
  }
}

/** @param {unknown} error */
function refusal(error) {
  if (error instanceof Problem && error.slug === "token-expired") return "This token has expired. Get a new one and paste it here.";
  if (error instanceof Problem && error.status === 401) return "The service does not accept this token. Check that all of it was copied.";
  const { title, advice, wait_s } = troubleOf(error);
  return wait_s ? `${title}. Try again in ${wait_s} seconds.` : `${title}. ${advice}`;
}
