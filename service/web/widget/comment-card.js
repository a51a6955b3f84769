/**
 * One comment with its buttons, its replies, and a place below it where a reply or a message opens.
 */

import { fill, h, icon } from "../shared/element.js";
import { safeFragment } from "../shared/safe-html.js";
import { actionsOf } from "./card-actions.js";
import { aboutLine, byline, marks, nameOf } from "./card-parts.js";

const CHEVRON = "M4 6.5 8 10.5 12 6.5";

/** Statuses of which only a placeholder is left. */
export const GONE = new Set(["deleted", "erased"]);

/** What opens a form, whose draft outlives it. */
export const FORMS = new Set(["reply", "edit"]);

export class CommentCard {
  #discussion;
  #byline = h("header.byline", { part: "author" });
  #marks = h("div");
  #body = h("div.body", { part: "body", dir: "auto" });
  #actions = h("footer.actions", { part: "actions" });
  #foot = h("div");
  #shownBody = "";
  #unmuted = false;
  /** What is open below the text, and whether it was opened for someone who may do it. */
  opened = { act: "", entitled: false };

  /**
   * @param {import("./discussion.js").Discussion} discussion
   * @param {any} comment
   * @param {CommentCard | null} parent the card under which it is shown
   */
  constructor(discussion, comment, parent) {
    this.#discussion = discussion;
    this.comment = comment;
    this.parent = parent;
    /** How far in it is shown; a root is 0. @type {number} */
    this.level = parent ? parent.level + 1 : 0;
    /** Where the replies that are not on the page begin. @type {string | null} */
    this.repliesCursor = comment.replies_cursor;
    /** What is opened below the text: a form, a question, the gate, a message. */
    this.panel = h("div.panel");
    this.#body.lang = discussion.language;
    this.replies = h("ol.list.replies", { role: "list" });
    this.article = h("article", { part: "comment", id: `comment-${comment.id}`, tabIndex: -1 },
      this.#byline, this.#marks, this.#body, this.#actions, this.panel);
    this.element = h("li.comment", {}, this.article, this.replies, this.#foot);
  }

  /** @param {any} comment as it is now; the replies on the page stay as they are */
  update(comment) {
    this.comment = { ...comment, replies: this.comment.replies };
    this.refresh();
  }

  /** Lets the eye find what has just come. */
  arrived() {
    this.article.classList.add("arrived");
  }

  /** @param {boolean} folded whether the replies are put away */
  fold(folded) {
    this.replies.hidden = folded;
    this.refresh();
  }

  /** Draws what can change; what has the focus keeps it. */
  refresh() {
    const { comment } = this;
    const discussion = this.#discussion;
    const { words } = discussion;
    const gone = GONE.has(comment.status);
    const muted = !gone && !this.#unmuted && discussion.viewer.muted.has(comment.author?.id);
    const focus = this.#focusedAct();
    this.article.setAttribute("aria-label", words.say(this.parent ? "reply_by" : "comment_by", {
      name: nameOf(words, comment), when: words.ago(comment.created_at),
    }));
    fill(this.#byline, ...(gone ? [] : byline(discussion, this)));
    fill(this.#marks, ...marks(discussion, comment), !gone && !muted && aboutLine(discussion, comment));
    this.#drawBody(gone, muted);
    fill(this.#actions, ...(gone || muted ? [] : actionsOf(discussion, this)), this.#fold());
    fill(this.#foot, this.#more());
    if (focus) this.#focusAct(focus);
  }

  /** The button of this comment that has the focus, by its name. */
  #focusedAct() {
    const focused = /** @type {HTMLElement | null} */ (this.#discussion.focused);
    return focused && [this.#actions, this.#foot, this.#body].some((part) => part.contains(focused)) ? focused.dataset.act : undefined;
  }

  /**
   * @param {boolean} gone
   * @param {boolean} muted
   */
  #drawBody(gone, muted) {
    const { comment } = this;
    const { words } = this.#discussion;
    const shown = gone ? comment.status : muted ? "muted" : `${comment.revision}/${comment.body_html}`;
    if (shown === this.#shownBody) return; // The same text: a selection in it, and the reader's place, are left alone.
    this.#shownBody = shown;
    if (gone) fill(this.#body, h("p.gone", {}, words.say(comment.status)));
    else if (muted) fill(this.#body, h("p.gone", {}, words.say("muted"), " ", this.#unmute(), " ",
      h("button.textual", { "data-act": "unmute", onclick: () => this.#discussion.act("unmute", this) }, words.say("unmute"))));
    else fill(this.#body, safeFragment(comment.body_html, comment.body));
  }

  #unmute() {
    const onclick = () => {
      this.#unmuted = true;
      this.refresh();
    };
    return h("button.textual", { "data-act": "show", onclick }, this.#discussion.words.say("muted_show"));
  }

  #fold() {
    const { words } = this.#discussion;
    const count = this.replies.childElementCount;
    if (!count) return null;
    const folded = this.replies.hidden;
    return h("button", { "data-act": "fold", ariaExpanded: String(!folded), onclick: () => this.fold(!folded) },
      words.say("replies", { count }), icon(CHEVRON));
  }

  #more() {
    if (!this.repliesCursor || this.replies.hidden) return null;
    const shown = this.replies.childElementCount;
    const count = Math.max(1, this.comment.direct_reply_count - shown);
    return h("button.further", { "data-act": "more", onclick: () => this.#discussion.pages.showMoreReplies(this) },
      this.#discussion.words.say(shown ? "more_replies" : "show_replies", { count }));
  }

  /** @param {string} act */
  #focusAct(act) {
    const named = `[data-act="${act}"]`;
    const again = this.#actions.querySelector(named) ?? this.#foot.querySelector(named);
    (/** @type {HTMLElement | null} */ (again) ?? this.article).focus();
  }

  /**
   * Opens something below the text, in place of what was open.
   * @param {HTMLElement} content
   * @param {string} [act] the button that opened it
   */
  open(content, act = "") {
    this.opened = { act, entitled: this.#discussion.viewer.entitled };
    fill(this.panel, content);
  }

  /** Closes what is open below the text; the button that opened it has the focus again. */
  close() {
    const { act } = this.opened;
    const hadFocus = this.panel.contains(this.#discussion.focused);
    this.opened = { act: "", entitled: false };
    fill(this.panel);
    if (hadFocus) this.#focusAct(act);
  }

  /** The viewer's rights have changed: a form gives way to the gate, or the gate to the form. */
  reopen() {
    const { act, entitled } = this.opened;
    if (!act || entitled === this.#discussion.viewer.entitled) return;
    const hadFocus = this.panel.contains(this.#discussion.focused);
    if (FORMS.has(act)) this.#discussion.act(act, this, hadFocus);
    else this.close();
  }

  /** Shows what went wrong, and has it read out. @param {string} text */
  fail(text) {
    this.open(h("p.failure", { role: "alert" }, text));
  }
}
