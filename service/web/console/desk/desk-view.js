/** Draws the desk after each of its changes: the comment in hand, what is known about it, the buttons, what came of it. */

import { fill } from "../../shared/element.js";
import { growOlder } from "../words/comment-text.js";
import { DecisionBar } from "./decision-bar.js";
import { emptyDesk, onlyPassedOver } from "./empty.js";
import { evidenceOf } from "../evidence/evidence.js";
import { markMatches } from "../evidence/highlight.js";
import { historyOf } from "./history.js";
import { Lease } from "./lease.js";
import { focusOn, part } from "../frame/page.js";
import { can } from "../frame/powers.js";
import { reviewCard } from "./review-card.js";

/** @typedef {import("../words/types.js").Item} Item */

export class DeskView {
  #desk;
  #pulse;
  #inHand = part("in-hand", HTMLElement);
  #evidence = part("evidence", HTMLElement);
  #lease;
  /** @type {string | null} the end of the claim that is counted down */
  #until = null;
  #notices;
  /** What is drawn: an item of one revision, or the words of an empty desk. */
  #drawn = "";
  /** Whether the desk is what the page shows; while it is not, nothing of it is drawn and no claim made longer. */
  #shown = true;

  /**
   * @param {import("./desk.js").Desk} desk
   * @param {import("../frame/pulse.js").Pulse} pulse
   * @param {import("../frame/notices.js").Notices} notices
   * @param {() => import("../words/types.js").Person | null} person who is signed in
   */
  constructor(desk, pulse, notices, person) {
    this.#desk = desk;
    this.#pulse = pulse;
    this.#notices = notices;
    this.bar = new DecisionBar(part("bar", HTMLElement), {
      actions: () => desk.item && desk.item.decisions,
      busy: () => desk.busy,
      decide: (choice) => desk.decide(choice),
      limits: () => limitsOf(desk.item, person()),
      others: [{ id: "next", name: "Skip", key: "n", run: () => this.forward() }],
    });
    this.#lease = new Lease(() => this.#shown && desk.renew(), () => {
      if (this.#shown) notices.say("This comment is no longer kept for you alone. You can still decide it, unless someone else has it.");
    });
    desk.addEventListener("change", () => this.#draw());
    pulse.addEventListener("change", () => {
      this.#draw();
      growOlder(this.#inHand);
      growOlder(this.#evidence);
    });
  }

  /** @param {boolean} shown whether the desk is what the page shows from now on */
  show(shown) {
    this.#shown = shown;
    this.#drawn = "";
    if (shown) return this.#draw();
    part("bar", HTMLElement).hidden = true;
    fill(this.#inHand);
    fill(this.#evidence);
  }

  /** Takes the next comment, or looks again at those passed over when there are no others. */
  forward() {
    if (!this.#desk.item && onlyPassedOver(this.#desk, this.#waiting())) return this.#desk.lookAgain();
    return this.#desk.next();
  }

  #waiting() {
    return this.#pulse.figures.get(this.#desk.queue ?? "")?.count ?? 0;
  }

  #draw() {
    if (!this.#shown) return;
    const { item, phase, notice, failure, done } = this.#desk;
    this.#notices.show(notice);
    this.#notices.fail(failure);
    const now = item ? `${item.queue} ${item.comment.id} ${item.revision}` : `${phase} ${this.#waiting()}`;
    const history = () => historyOf(done, (entry) => this.#desk.undo(entry));
    this.#keep(item);
    if (now === this.#drawn) {
      this.#evidence.querySelector(".history")?.replaceWith(history() ?? "");
      return this.bar.update();
    }
    const wasEmpty = this.#drawn.startsWith("empty");
    this.#drawn = now;
    if (item) this.#showItem(item);
    else this.#showEmpty(phase === "empty" && wasEmpty);
    fill(this.#evidence, ...(item ? evidenceOf(item) : []), history());
    this.bar.renew();
    this.#lead();
  }

  /** @param {Item} item */
  #showItem(item) {
    fill(this.#inHand, reviewCard(item, this.#desk.before, this.#lease.element));
    markMatches(part("subject-text", HTMLElement), item.signals.flatMap(({ matched }) => matched ?? []));
  }

  /** @param {Item | null} item whose claim is counted down, anew when it was renewed */
  #keep(item) {
    const until = item ? item.claimed_until : null;
    if (until === this.#until) return;
    this.#until = until;
    if (until) this.#lease.start(until);
    else this.#lease.stop();
  }

  /** @param {boolean} again it was empty before, and the queue's figures have changed */
  #showEmpty(again) {
    fill(this.#inHand, emptyDesk(this.#desk, this.#waiting(), () => this.forward()));
    // While something is under way, what it comes to is what will be said.
    if (again && !this.#desk.busy) this.#notices.say(this.#inHand.querySelector("h1")?.textContent ?? "");
  }

  /** Leads the focus to what is new, unless it is at something that is still there. */
  #lead() {
    if (document.querySelector("dialog[open]")) return;
    const title = this.#inHand.querySelector("h1");
    const settled = this.#desk.phase === "item" || this.#desk.phase === "empty";
    const focused = document.activeElement;
    const idle = focused === null || focused === document.body || part("work", HTMLElement).contains(focused);
    if (!title || !settled) return;
    if (idle || focused?.closest("nav, aside")) focusOn(title);
    if (this.#desk.phase === "item") window.scrollTo({ top: 0 });
  }
}

/**
 * @param {Item | null} item
 * @param {import("../words/types.js").Person | null} person
 */
function limitsOf(item, person) {
  return item?.author && can(person, "sanction") ? { site: item.story.site, everywhere: person?.sites == null } : null;
}
