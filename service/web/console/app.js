/**
 * The moderators' console: joins the session, the desk, the queues' figures and the other screens to what is on the page.
 *
 * The desk is one comment in hand; every other place is a screen that draws itself into `#screen` while it is open. The
 * address after "#" says which.
 */

import { fill } from "../shared/element.js";
import { Desk } from "./desk/desk.js";
import { DeskScreen } from "./desk/desk-screen.js";
import { ReviewApi } from "./desk/review-api.js";
import { helpGroups } from "./frame/help-groups.js";
import { Help } from "./frame/help.js";
import { Keys } from "./frame/keys.js";
import { drawNav, navKeys } from "./frame/nav.js";
import { Notices } from "./frame/notices.js";
import { focusOn, part } from "./frame/page.js";
import { hrefOf, placeOf } from "./frame/place.js";
import { can } from "./frame/powers.js";
import { Pulse } from "./frame/pulse.js";
import { Session } from "./frame/session.js";
import { SignIn } from "./frame/sign-in.js";
import { screens } from "./screens.js";
import { nameOf } from "./words/names.js";

// The console's address is the service's root and one word, wherever a proxy has put that root.
const base = new URL("./", document.baseURI).href;

/** @type {Session} */
const session = new Session(base, (again) => signIn.ask(again));
const signIn = new SignIn(session.api, (token) => session.personOf(token));
const review = new ReviewApi(session.api);
const pulse = new Pulse(() => review.queues());
const desk = new Desk(review);
const notices = new Notices();
/** @type {import("./frame/screen.js").Tools} */
const tools = { api: session.api, notices, person: () => session.person, goTo, decided: refresh };
const deskScreen = new DeskScreen(tools, desk, pulse);
let screenOf = screens(tools, review);
/** @type {import("./frame/screen.js").Screen} what is open */
let open = deskScreen;
const keys = new Keys(document, bindings);
const help = new Help(keys);

/** Opens what the address names. A decision under way is waited for: its outcome belongs to this comment. */
function openPlace() {
  if (!session.person) return;
  if (open === deskScreen && desk.busy) return history.replaceState(null, "", deskScreen.href);
  const place = placeOf(location.hash);
  // Who does not review, an editor say, begins where there is something for them.
  if (place.view === "queues" && !can(session.person, "review") && can(session.person, "search")) return goTo(hrefOf(["search"]));
  const next = screenOf(place) ?? deskScreen;
  if (next !== open) {
    notices.clear();
    open.turn();
    open = next;
    deskScreen.show(open === deskScreen);
  }
  const root = part("screen", HTMLElement);
  root.hidden = open === deskScreen;
  fill(root, open === deskScreen ? null : open.element);
  document.body.dataset.screen = open === deskScreen ? "desk" : "other";
  open.open(place);
  drawFrame();
}

function refresh() {
  if (can(session.person, "review")) pulse.refresh();
}

/** @param {string} href */
function goTo(href) {
  if (location.hash === href) openPlace();
  else location.hash = href;
}

/** Everything begins anew when another person, or nobody, is signed in. */
function greet() {
  const { person } = session;
  desk.close();
  pulse.stop();
  open.turn();
  // What one person has read or written on a screen is not there for the next.
  screenOf = screens(tools, review);
  if (open !== deskScreen) {
    open = deskScreen;
    deskScreen.show(true);
  }
  notices.clear();
  fill(part("screen", HTMLElement));
  drawFrame();
  fill(part("who", HTMLElement), person ? `${person.name ?? person.id}, ${person.roles.map(nameOf).join(", ")}` : "");
  part("sign-out", HTMLButtonElement).hidden = !person;
  if (!person) return session.signIn();
  if (can(person, "review")) pulse.start();
  openPlace();
}

function drawFrame() {
  const place = placeOf(location.hash);
  drawNav(part("queues", HTMLElement), pulse, session.person, place);
  const waiting = open === deskScreen ? pulse.figures.get(desk.queue ?? "")?.count : 0;
  const count = waiting ? `(${waiting}) ` : "";
  document.title = open.title && session.person ? `${count}${open.title} · Review` : "Review · story-comments";
}

const anywhere = [{ keys: "?", name: "These keys", run: () => help.open() }];

/** What a key does now; where two want the same one, the first has it. */
function bindings() {
  if (!session.person) return [];
  return [...notices.bindings(), ...open.bindings(), ...anywhere, ...navKeys(pulse, session.person, goTo)];
}

help.groups = () => helpGroups(open.bindings(), navKeys(pulse, session.person, goTo), anywhere);

desk.addEventListener("change", drawFrame);
pulse.addEventListener("change", drawFrame);
// A decision, taken or undone, has changed what waits.
desk.addEventListener("decided", refresh);
session.addEventListener("changed", greet);
window.addEventListener("hashchange", openPlace);
// Whoever closes the page gives back what they had in hand; whoever comes back to it as it was takes the next.
window.addEventListener("pagehide", () => desk.close());
window.addEventListener("pageshow", (event) => event.persisted && openPlace());
part("sign-out", HTMLButtonElement).addEventListener("click", () => {
  desk.close();
  location.hash = hrefOf(["queues", "held"]);
  session.signOut();
});
part("to-work", HTMLButtonElement).addEventListener("click", () => focusOn(part("work", HTMLElement)));

greet();
