/**
 * The moderators' console: joins the session, the desk and the queues' figures to what is on the page.
 *
 * State is in `session.js`, `desk.js` and `pulse.js`, and only these call the service; the other modules draw.
 */

import { fill } from "../shared/element.js";
import { ACTIONS } from "./actions.js";
import { Desk } from "./desk.js";
import { DeskView } from "./desk-view.js";
import { Help } from "./help.js";
import { Keys } from "./keys.js";
import { REASONS, nameOf } from "./names.js";
import { focusOn, part } from "./page.js";
import { placeOf, queueHref } from "./place.js";
import { Pulse } from "./pulse.js";
import { drawQueues, queuesOf } from "./queue-view.js";
import { ReviewApi } from "./review-api.js";
import { Session } from "./session.js";
import { SignIn } from "./sign-in.js";

// The console's address is the service's root and one word, wherever a proxy has put that root.
const base = new URL("./", document.baseURI).href;

/** @type {Session} */
const session = new Session(base, (again) => signIn.ask(again));
const signIn = new SignIn(session.api, (token) => session.personOf(token));
const review = new ReviewApi(session.api);
const pulse = new Pulse(() => review.queues());
const desk = new Desk(review);
const view = new DeskView(desk, pulse);
/** @type {Keys} */
const keys = new Keys(document, bindings);
const help = new Help(keys);

/** Opens the queue that the address names. A decision under way is waited for: its outcome belongs to this comment. */
function openPlace() {
  if (!session.person) return;
  if (desk.busy) return history.replaceState(null, "", queueHref(desk.queue ?? ""));
  desk.open(placeOf(location.hash).queue);
}

/** @param {string} queue */
function goTo(queue) {
  if (location.hash === queueHref(queue)) openPlace();
  else location.hash = queueHref(queue);
}

/** Everything begins anew when another person, or nobody, is signed in. */
function greet() {
  const { person } = session;
  desk.close();
  pulse.stop();
  drawFrame();
  fill(part("who", HTMLElement), person ? `${person.name ?? person.id}, ${person.roles.map(nameOf).join(", ")}` : "");
  part("sign-out", HTMLButtonElement).hidden = !person;
  if (!person) return session.signIn();
  pulse.start();
  openPlace();
}

function drawFrame() {
  drawQueues(part("queues", HTMLElement), pulse, desk.queue);
  const waiting = pulse.figures.get(desk.queue ?? "")?.count;
  const count = waiting ? `(${waiting}) ` : "";
  document.title = desk.queue ? `${count}${nameOf(desk.queue)} · Review` : "Review · story-comments";
}

function queueKeys() {
  return queuesOf(pulse.figures.keys()).flatMap(({ id, name, key }) =>
    key ? [{ keys: `g ${key}`, name, run: () => goTo(id) }] : []);
}

const anywhere = [
  { keys: "n", name: "Skip: give it back and take the next", run: () => view.forward() },
  { keys: "u", name: "Undo the last decision", run: () => desk.undo() },
  { keys: "?", name: "These keys", run: () => help.open() },
];

/** What a key does now; where two want the same one, the first has it. */
function bindings() {
  return session.person ? [...view.bar.bindings(), ...anywhere, ...queueKeys()] : [];
}

help.groups = () => [
  { title: "The comment in hand", keys: ACTIONS.flatMap(({ key, name }) => (key ? [{ keys: key, name }] : [])) },
  { title: "Reasons, after r", keys: REASONS.map(({ name }, index) => ({ keys: String(index + 1), name })) },
  { title: "While a reason or note is asked", keys: [{ keys: "w", name: "Write a note" }, { keys: "Esc", name: "Cancel" }] },
  { title: "Queues", keys: queueKeys() },
  { title: "Anywhere", keys: anywhere },
];

desk.addEventListener("change", drawFrame);
pulse.addEventListener("change", drawFrame);
// A decision, taken or undone, has changed what waits.
desk.addEventListener("decided", () => pulse.refresh());
session.addEventListener("changed", greet);
window.addEventListener("hashchange", openPlace);
// Whoever closes the page gives back what they had in hand; whoever comes back to it as it was takes the next.
window.addEventListener("pagehide", () => desk.close());
window.addEventListener("pageshow", (event) => event.persisted && openPlace());
part("sign-out", HTMLButtonElement).addEventListener("click", () => {
  desk.close();
  session.signOut();
});
part("to-work", HTMLButtonElement).addEventListener("click", () => focusOn(part("work", HTMLElement)));

greet();
