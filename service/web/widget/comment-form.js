/**
 * Where a comment is written: a new one, a reply, or a change to one's own.
 *
 * What is written is kept at every stroke. One attempt has one key: whatever fails on the way (the network, a limit, a
 * reload), trying again with the same text never makes a second comment.
 */

import { Problem, newKey } from "../shared/api.js";
import { fill, h } from "../shared/element.js";
import { settle } from "./refusals.js";
import { nameOf } from "./card-parts.js";
import { SideChoice, aboutChoice } from "./form-choices.js";
import { learnToWrite } from "./writing.js";

/** The counter is read out when this much of the room is used, not at every stroke. */
const COUNT_ALOUD = 0.9;

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
    learnToWrite(discussion);
    const { words } = discussion;
    this.#discussion = discussion;
    this.#parent = parent;
    this.#draft = parent?.id;
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
    this.element = h("form.composer", { part: "composer", noValidate: true },
      this.#title,
      this.text,
      h("div.extras", {},
        h("p.muted.help", { id: `${id}-help` }, this.#help()),
        h("div.choices", {}, this.#side.element, this.#about?.element),
        this.#failure,
        h("div.ways", {}, this.#counter,
          onClose && h("button.quiet", { type: "button", onclick: onClose }, words.say("cancel")), this.#submit)));
    this.#listen();
    this.#restore();
  }

  #titleText() {
    const { words } = this.#discussion;
    if (this.#editing) return words.say("edit");
    return this.#parent ? words.say("compose_reply", { name: nameOf(words, this.#parent) }) : words.say("compose");
  }

  #help() {
    const { words, story, viewer } = this.#discussion;
    const until = this.#editing && viewer.editable[this.#editing.id];
    const help = words.say("compose_help");
    if (until) return `${help} ${words.say("edit_until", { when: words.exact(until) })}`;
    return story.mode === "pre" ? `${help} ${words.say("premoderated")}` : help;
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
      else if (event.key === "Escape") this.#onClose?.();
    });
  }

  #open() {
    this.element.classList.add("open");
  }

  #restore() {
    const draft = this.#editing ? null : this.#discussion.drafts.read(this.#draft);
    this.text.value = this.#editing?.body ?? draft?.text ?? "";
    this.#side.value = this.#editing?.side ?? draft?.side ?? null;
    if (this.#about && draft?.about) this.#about.value = draft.about;
    this.#key = draft?.key ?? null;
    if (this.text.value || this.#onClose) this.#open();
    this.#count();
  }

  #changed() {
    this.#key = null;
    this.#keep();
    this.#count();
    fill(this.#failure);
    this.text.ariaInvalid = null;
  }

  #keep() {
    if (this.#editing) return;
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

  async #send() {
    if (this.#isBusy) return;
    const objection = this.#objection();
    if (objection) return this.#fail(objection);
    this.#setBusy(true);
    try {
      this.#taken(await (this.#editing ? this.#sendChange() : this.#sendNew()));
    } catch (error) {
      const text = settle(this.#discussion, error);
      if (error instanceof Problem && error.slug === "parent-gone") this.#standAlone();
      if (text) this.#fail(text);
    } finally {
      this.#setBusy(false);
    }
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
    /** @type {Record<string, string>} */
    const body = { body: this.text.value };
    if (this.#parent) body.parent_id = this.#parent.id;
    if (this.#side.value) body.side = this.#side.value;
    if (this.#about?.value) body.about = this.#about.value;
    const { api, path } = this.#discussion;
    return insisted(() => api.send("POST", `${path}/comments`, body, this.#key ?? undefined));
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
    if (!this.#editing) {
      drafts.drop(this.#draft);
      this.text.value = "";
      this.#changed();
      drafts.drop(this.#draft);
      this.element.classList.remove("open");
    }
    const until = Date.parse(comment.created_at) + story.policy.edit_window_s * 1000;
    const card = viewing.wrote(comment, new Date(until).toISOString());
    this.#onClose?.();
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
    this.text.focus();
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    // Not `disabled`: that would take the focus away from whoever works by keyboard.
    this.#submit.ariaDisabled = isBusy ? "true" : null;
    this.#submit.textContent = isBusy ? this.#discussion.words.say("posting") : this.#submitText();
  }

  /** @param {string} anchorId */
  about(anchorId) {
    if (!this.#about) return;
    this.#about.value = anchorId;
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
