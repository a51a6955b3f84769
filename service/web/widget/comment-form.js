/**
 * Where a comment is written: a new one, a reply, or a change to one's own.
 *
 * What is written is kept at every stroke. One attempt has one key: whatever fails on the way (the network, a limit, a
 * reload), trying again with the same text never makes a second comment.
 */

import { Problem, newKey } from "../shared/api.js";
import { fill, h } from "../shared/element.js";
import { nameOf } from "./card-parts.js";
import { clock, countdown } from "./countdown.js";
import { SideChoice, aboutChoice } from "./form-choices.js";
import { formTools } from "./form-tools.js";
import { explain, settle } from "./refusals.js";
import { SecondLook } from "./second-look.js";

/** The counter is read out when this much of the room is used, not at every stroke. */
const COUNT_ALOUD = 0.9;

/** Most answers come sooner; for a slower one the comment is shown where it will stand, as being on its way. */
const SLOW_MS = 400;

const TRIES_MAX = 4;
const BETWEEN_TRIES_MS = 1_000;

let forms = 0;

export class CommentForm {
  #discussion;
  #parent;
  /** Under which name the draft is kept; the parent may go while the answer to it is written. */
  #draft;
  #editing;
  #onClose;
  #isBusy = false;
  /** @type {string | null} */
  #key = null;
  #side;
  #about;
  #counter = h("span.muted.counter");
  #failure = h("p.failure", { role: "alert" });
  #look;
  /** Ends what runs while something is shown: a wait, or the watch for a connection. */
  #waiting = () => {};
  #isWaiting = false;
  #title;
  #submit;

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {object} [what]
   * @param {any} [what.parent] the comment that is answered
   * @param {any} [what.editing] the viewer's own comment that is changed
   * @param {() => void} [what.onClose] the form is done with; without it, it stays for the next comment
   */
  constructor(discussion, { parent = null, editing = null, onClose } = {}) {
    const { words } = discussion;
    this.#discussion = discussion;
    this.#parent = parent;
    this.#draft = editing ? `edit-${editing.id}` : parent?.id;
    this.#editing = editing;
    this.#onClose = onClose;
    const id = `form-${++forms}`;
    /** The field, for whoever moves the focus there. */
    this.text = h("textarea", {
      id, rows: 3, dir: "auto", required: true, "aria-describedby": `${id}-help`,
      placeholder: words.say(parent ? "compose_reply_hint" : "compose_hint"),
    });
    this.#side = new SideChoice(discussion, id);
    this.#about = parent || editing ? null : aboutChoice(discussion, id);
    this.#title = h("label.title", { htmlFor: id }, this.#titleText());
    this.#submit = h("button.primary", { type: "submit" }, this.#submitText());
    this.#look = new SecondLook(discussion, this.text, () => this.#body(), () => this.#togglePreview());
    this.element = h("form.composer", { part: "composer", noValidate: true },
      this.#title,
      this.text,
      this.#look.preview,
      h("div.extras", {},
        h("div.aids", {}, formTools(words, this.text), this.#look.button),
        this.#help(`${id}-help`),
        h("div.choices", {}, this.#side.element, this.#about?.element),
        this.#look.advice,
        this.#failure,
        h("div.ways", {}, this.#counter,
          onClose && h("button.quiet", { onclick: () => this.#leave() }, words.say("cancel")), this.#submit)));
    this.#listen();
    this.#restore();
  }

  #titleText() {
    const { words } = this.#discussion;
    if (this.#editing) return words.say("edit");
    return this.#parent ? words.say("compose_reply", { name: nameOf(this.#discussion, this.#parent) }) : words.say("compose");
  }

  /** @param {string} id */
  #help(id) {
    const { words, story, viewer } = this.#discussion;
    const until = this.#editing && viewer.editable[this.#editing.id];
    const left = h("span", { ariaHidden: "true" });
    if (until) {
      this.#waiting = countdown(left, Date.parse(until), (left_s) => words.say("edit_left", { time: clock(words, left_s) }),
        () => fill(this.#failure, words.say("problem_edit-window-over")));
    }
    return h("p.muted.help", { id },
      until && h("span.visually-hidden", {}, words.say("edit_until", { when: words.exact(until) })), until && left,
      !until && story.mode === "pre" && words.say("premoderated"));
  }

  #submitText() {
    return this.#discussion.words.say(this.#editing ? "save" : this.#parent ? "post_reply" : "post");
  }

  #listen() {
    this.element.addEventListener("input", () => this.#changed());
    this.element.addEventListener("focusin", () => this.#open());
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#send();
      else if (event.key === "Escape" && this.#onClose) this.#leave();
    });
  }

  /** The reader thought better of it. A reply keeps its draft; a change that was not made is forgotten. */
  #leave() {
    if (this.#editing) this.#discussion.drafts.drop(this.#draft);
    this.#done();
  }

  #done() {
    this.#waiting();
    this.#look.stop();
    this.#onClose?.();
  }

  #open() {
    this.element.classList.add("open");
  }

  #restore() {
    const draft = this.#discussion.drafts.read(this.#draft);
    this.text.value = draft?.text ?? this.#editing?.body ?? "";
    this.#side.value = draft?.side ?? this.#editing?.side ?? null;
    if (this.#about && draft?.about) this.#about.value = draft.about;
    this.#key = draft?.key ?? null;
    if (this.text.value || this.#onClose) this.#open();
    this.#count();
  }

  #changed() {
    this.#key = null;
    this.#keep();
    this.#count();
    if (!this.#isWaiting) this.#clear();
    // A change is like what it changes, and would be told that it repeats it.
    if (!this.#editing) this.#look.changed();
  }

  #clear() {
    fill(this.#failure);
    this.text.ariaInvalid = null;
  }

  #keep() {
    const draft = { text: this.text.value, side: this.#side.value, about: this.#about?.value ?? null, key: this.#key };
    this.#discussion.drafts.write(draft, this.#draft);
  }

  /** Characters as the service counts them: code points, composed. */
  get #length() {
    return Array.from(this.text.value.normalize("NFC")).length;
  }

  #count() {
    const { words, story } = this.#discussion;
    const most = story.policy.body_chars_max;
    const count = this.#length;
    this.#counter.textContent = words.say("characters", { count, most });
    this.#counter.classList.toggle("failure", count > most);
    this.#counter.ariaLive = count > most * COUNT_ALOUD ? "polite" : "off";
  }

  /** What keeps this from being sent; "" when nothing does. */
  #objection() {
    const { words, story } = this.#discussion;
    if (!this.text.value.trim()) return words.say("write_first");
    const over = this.#length - story.policy.body_chars_max;
    return over > 0 ? words.say("characters_over", { count: over }) : "";
  }

  /** What would be sent. */
  #body() {
    /** @type {Record<string, string>} */
    const body = { body: this.text.value };
    if (this.#parent) body.parent_id = this.#parent.id;
    if (this.#side.value) body.side = this.#side.value;
    if (this.#about?.value) body.about = this.#about.value;
    return body;
  }

  async #togglePreview() {
    if (this.#look.isPreviewed) return this.#look.write();
    const objection = this.#objection();
    if (objection) return this.#fail(objection);
    try {
      await this.#look.show();
    } catch (error) {
      this.#refused(error);
    }
  }

  async #send() {
    if (this.#isBusy || this.#isWaiting) return;
    const objection = this.#objection();
    if (objection) return this.#fail(objection);
    this.#setBusy(true);
    const onItsWay = this.#onItsWay();
    try {
      this.#taken(await (this.#editing ? this.#sendChange() : this.#sendNew()));
    } catch (error) {
      this.#refused(error);
    } finally {
      this.#setBusy(false);
      onItsWay();
    }
  }

  /** @returns {() => void} takes away what is shown meanwhile: there is an answer */
  #onItsWay() {
    const { words, list } = this.#discussion;
    const shown = h("div.sending", { ariaHidden: "true" }, h("p", { dir: "auto" }, this.text.value), h("p.muted", {}, words.say("posting")));
    const place = this.#parent ? list.find(this.#parent.id)?.replies : list.element;
    const slow = setTimeout(() => this.#editing || place?.before(shown), SLOW_MS);
    return () => {
      clearTimeout(slow);
      shown.remove();
    };
  }

  /** @param {unknown} error */
  #refused(error) {
    const { words } = this.#discussion;
    const text = settle(this.#discussion, error);
    const problem = /** @type {Problem} */ (error);
    if (problem.slug === "parent-gone") this.#standAlone();
    if (!text) return;
    if (problem.slug === "too-many-requests") this.#wait(problem);
    else if (problem.slug === "unreachable" && !navigator.onLine) this.#awaitConnection();
    else this.#fail(text);
  }

  /**
   * Counts down to when it may be tried again. The text stays, and can be worked on meanwhile.
   * @param {Problem} problem
   */
  #wait(problem) {
    const { words } = this.#discussion;
    const left = h("span", { ariaHidden: "true" });
    this.#isWaiting = true;
    this.#submit.ariaDisabled = "true";
    fill(this.#failure, h("span.visually-hidden", {}, explain(words, problem)), left);
    this.#waiting = countdown(left, Date.now() + (problem.members.retry_after_s ?? 1) * 1000,
      (left_s) => words.say("problem_too-many-requests", { count: left_s }), () => {
        this.#isWaiting = false;
        this.#submit.ariaDisabled = null;
        this.#clear();
        this.#discussion.announce(words.say("wait_over"));
      });
  }

  /** Sends it, unless it was changed meanwhile, as soon as the browser is connected again. */
  #awaitConnection() {
    const { words, signal } = this.#discussion;
    const asked = this.text.value;
    this.#fail(words.say("offline"));
    addEventListener("online", () => {
      if (asked === this.text.value && this.element.isConnected) this.#send();
    }, { once: true, signal });
  }

  /** What it answers is gone: the text can still be posted on its own. */
  #standAlone() {
    this.#parent = null;
    this.#title.textContent = this.#titleText();
    this.#changed();
  }

  #sendNew() {
    this.#key ??= newKey();
    this.#keep();
    const { api, path } = this.#discussion;
    return insisted(() => api.send("POST", `${path}/comments`, this.#body(), this.#key ?? undefined));
  }

  #sendChange() {
    const { id, revision, side } = this.#editing;
    const chosen = this.#side.value;
    const body = { body: this.text.value, seen_revision: revision, ...(chosen !== side && { side: chosen }) };
    return this.#discussion.api.send("PATCH", `v1/comments/${id}`, body);
  }

  /** @param {any} comment as the service answered */
  #taken(comment) {
    const { viewing, words, drafts, story } = this.#discussion;
    const said = comment.status === "held" ? "posted_held" : this.#editing ? "saved" : "posted";
    this.text.value = "";
    this.#changed();
    this.#look.clear();
    drafts.drop(this.#draft);
    this.element.classList.remove("open");
    const until = Date.parse(comment.created_at) + story.policy.edit_window_s * 1000;
    const card = viewing.own?.wrote(comment, new Date(until).toISOString());
    this.#done();
    if (card) {
      card.arrived();
      this.#discussion.focusOn(card.article);
    }
    this.#discussion.announce(words.say(said));
    if (!this.#editing) this.#discussion.emit("posted", { comment });
  }

  /** @param {string} text */
  #fail(text) {
    fill(this.#failure, text);
    this.text.ariaInvalid = "true";
    this.#look.write();
    this.text.focus();
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    // Not `disabled`: that would take the focus away from whoever works by keyboard.
    this.#submit.ariaDisabled = isBusy || this.#isWaiting ? "true" : null;
    this.#submit.textContent = isBusy ? this.#discussion.words.say("posting") : this.#submitText();
  }

  /** @type {(name: "side" | "about", value: string) => void} */
  choose(name, value) {
    const choice = name === "side" ? this.#side : this.#about;
    if (!choice) return;
    choice.value = value;
    this.#changed();
    this.text.focus({ preventScroll: true });
  }
}

/**
 * Asks again while the service is still busy with an earlier try under the same key.
 * @param {() => Promise<any>} send
 */
async function insisted(send) {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof Problem) || error.slug !== "still-in-progress" || tries === TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }
}

/** @type {(discussion: any, what?: any) => CommentForm} */
export const commentForm = (discussion, what) => new CommentForm(discussion, what);
