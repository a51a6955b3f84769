/** What went wrong and what to do about it, in plain words. Chosen by the problem's slug, never by the server's text. */

import { Problem } from "../../shared/api.js";
import { ACTIONS } from "../words/actions.js";

/**
 * @typedef {object} Trouble
 * @property {string} title what happened
 * @property {string} advice what to do
 * @property {number} [wait_s] how long the service asks to be left alone
 * @property {string} [reference] what an operator finds it under
 */

/** @type {Record<string, {title: string, advice: string}>} */
const WORDS = {
  unreachable: {
    title: "The service did not answer",
    advice: "Check your connection, then try again. What you were doing is kept.",
  },
  "token-missing": { title: "You are not signed in", advice: "Sign in again. Your place is kept." },
  "token-expired": { title: "Your sign-in has ended", advice: "Sign in again. Your place is kept." },
  "token-invalid": { title: "This sign-in is not accepted", advice: "Sign in with a new staff token. Your place is kept." },
  "permission-missing": {
    title: "Your account may not do this",
    advice: "Ask an administrator for the role it needs, then sign in with a new token.",
  },
  "too-many-requests": { title: "Too many requests in a short time", advice: "The service goes on by itself after the wait." },
  unavailable: { title: "The service is not available for the moment", advice: "Nothing was lost. It is tried again after the wait." },
  "not-found": { title: "This part of the service does not answer", advice: "Choose another queue, or tell the operators." },
  "invalid-request": { title: "The service did not accept this", advice: "" },
  unexpected: { title: "Something failed in the service", advice: "Try again. If it stays, tell the operators." },
};

/**
 * @param {unknown} error
 * @returns {Trouble}
 */
export function troubleOf(error) {
  if (!(error instanceof Problem)) throw error; // A fault of the console itself: it belongs in the browser's log.
  const { slug, members } = error;
  const words = WORDS[slug] ?? { title: members.title || WORDS.unexpected.title, advice: "" };
  const detail = slug === "invalid-request" || !WORDS[slug] ? String(members.detail ?? "") : "";
  return {
    title: words.title,
    advice: [detail, words.advice].filter(Boolean).join(" "),
    wait_s: typeof members.retry_after_s === "number" ? members.retry_after_s : undefined,
    reference: typeof members.request_id === "string" ? members.request_id : undefined,
  };
}

/**
 * Why a decision came too late; null when it failed for another reason.
 * @param {unknown} error
 * @param {string} which "comment by Ann"
 * @returns {string | null}
 */
export function lateWords(error, which) {
  if (!(error instanceof Problem)) return null;
  switch (error.slug) {
    case "revision-changed":
      return `The ${which} was edited while you were reading it, so nothing was decided.`;
    case "already-decided":
      return `The ${which} ${meanwhile(error.members)} in the meantime, so your decision changed nothing.`;
    case "claim-lapsed":
      return `Your hold on the ${which} had ended and another moderator has it now, so nothing was decided.`;
    case "appeal-open":
      return `The author of the ${which} has appealed, and only the ruling decides now.`;
    case "comment-unknown":
      return `The ${which} is not there any more, so nothing was decided.`;
    default:
      return null;
  }
}

/**
 * The decision of a colleague to let the comment stand that a rejection may knowingly go against; null for none.
 * @param {unknown} error
 * @param {import("../words/types.js").Choice} choice
 * @returns {string | null}
 */
export function overrulable(error, choice) {
  if (!(error instanceof Problem) || error.slug !== "already-decided" || choice.action !== "reject") return null;
  const { decision, comment_status: status } = error.members;
  return status === "published" && decision?.id ? decision.id : null;
}

/**
 * Why a decision cannot be taken back any more; null when that failed for another reason.
 * @param {unknown} error
 * @param {string} which
 * @returns {string | null}
 */
export function undoLateWords(error, which) {
  if (!(error instanceof Problem) || !UNDO_TOO_LATE.has(error.slug)) return null;
  return `The ${which} ${meanwhile(error.members)} in the meantime, so your decision cannot be taken back.`;
}

const UNDO_TOO_LATE = new Set(["already-decided", "revision-changed", "decision-unknown", "comment-unknown"]);

/**
 * What others have done to the comment, as far as the problem tells.
 * @param {Record<string, any>} members
 */
function meanwhile({ comment_status: status, decision }) {
  if (status === "deleted") return "was deleted by its author";
  if (status === "erased") return "was removed with its author’s account";
  const action = ACTIONS.find(({ id }) => id === decision?.action);
  return action ? `was ${action.done.toLowerCase()} by someone` : "was decided by someone";
}
