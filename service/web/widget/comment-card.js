/**
 * One comment with its buttons, its replies, and a place below it where a reply or a message opens.
 */

import { button, failure, fill, h, refocus } from "../shared/element.js";
import { safeFragment } from "../shared/safe-html.js";
import { actionsOf } from "./card-actions.js";
import { aboutLine, byline, marks, nameOf } from "./card-parts.js";

/** Statuses of which only a placeholder is left. */
export const GONE = ["deleted", "erased"];

/** What opens a form, whose draft outlives it. */
export const FORMS = ["reply", "edit"];

/** @typedef {ReturnType<typeof cardOf>} Card */

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {any} comment
 * @param {any} parent the card under which it is shown; null for a root
 */
export function cardOf(discussion, comment, parent) {
  const { say } = discussion;
  const head = h("header.byline", { part: "author" });
  const above = h("div");
  const body = h("div.body", { part: "body", dir: "auto", lang: discussion.language });
  const buttons = h("footer.actions", { part: "actions" });
  const foot = h("div");
  const panel = h("div.panel");
  const replies = h("ol.list.replies", { role: "list" });
  const article = h("article", { part: "comment", id: `comment-${comment.id}`, tabIndex: -1 }, head, above, body, buttons, panel);
  const element = h("li.comment", article, replies, foot);
  let shown = "";

  /** The button of this comment that goes by this name. @type {(act?: string) => any} */
  const named = (act) => act && [body, buttons, foot].map((part) => part.querySelector(`[data-act=${act}]`)).find(Boolean);

  const card = {
    comment,
    parent,
    article,
    element,
    replies,
    /** What is opened below the text: a form, a question, the gate, a message. */
    panel,
    /** How far in it is shown; a root is 0. @type {number} */
    level: parent ? parent.level + 1 : 0,
    /** Where the replies that are not on the page begin. @type {string | null} */
    repliesCursor: comment.replies_cursor,
    /** The reader has asked to see this one of an author whom they have muted. */
    unmuted: false,
    /** What is open below the text, and whether it was opened for someone who may do it. */
    opened: { act: "", entitled: false },

    /** @param {any} now the comment; the replies on the page stay as they are */
    update(now) {
      card.comment = { ...now, replies: card.comment.replies };
      card.refresh();
    },

    /** Lets the eye find what has just come. */
    arrived: () => article.classList.add("arrived"),

    /** @param {boolean} folded whether the replies are put away */
    fold(folded) {
      replies.hidden = folded;
      card.refresh();
    },

    /** Draws what can change; what has the focus keeps it. */
    refresh() {
      const { comment } = card;
      const { status } = comment;
      const gone = GONE.includes(status);
      const muted = !gone && discussion.viewing.own?.muted(card);
      const { focused } = discussion;
      const act = focused?.dataset.act;
      const hadFocus = act && focused === named(act);
      article.ariaLabel = say(parent ? "reply_by" : "comment_by", { name: nameOf(discussion, comment), when: discussion.words.ago(comment.created_at) });
      fill(head, !gone && byline(discussion, card));
      fill(above, marks(discussion, comment), !gone && !muted && aboutLine(discussion, comment));
      // The same text: a selection in it, and the reader's place, are left alone.
      const now = gone ? status : muted ? "muted" : comment.revision + comment.body_html;
      if (now !== shown) {
        shown = now;
        fill(body, gone || muted ? h("p.gone", muted || say(status)) : safeFragment(comment.body_html, comment.body));
      }
      const count = replies.childElementCount;
      const folded = replies.hidden;
      fill(buttons, !gone && !muted && actionsOf(discussion, card),
        count > 0 && button("", say("replies", { count }), () => card.fold(!folded), { "data-act": "fold", ariaExpanded: !folded }));
      fill(foot, card.repliesCursor && !folded && button(".further",
        say("show_replies", { count: Math.max(1, comment.direct_reply_count - count) }),
        () => discussion.pages.showMoreReplies(card), { "data-act": "more" }));
      if (hadFocus) refocus(named(act) ?? article);
    },

    /**
     * Opens something below the text, in place of what was open.
     * @param {HTMLElement} content
     * @param {string} [act] the button that opened it
     */
    open(content, act = "") {
      card.opened = { act, entitled: !!discussion.viewer.entitled };
      fill(panel, content);
    },

    /** Closes what is open below the text; the button that opened it has the focus again. */
    close() {
      const { act } = card.opened;
      const hadFocus = panel.contains(discussion.focused);
      card.open(/** @type {any} */ (null));
      if (hadFocus) refocus(named(act) ?? article);
    },

    /** The viewer's rights have changed: a form gives way to the gate, or the gate to the form. */
    reopen() {
      const { act, entitled } = card.opened;
      if (!act || entitled === !!discussion.viewer.entitled) return;
      if (FORMS.includes(act)) discussion.act(act, card, panel.contains(discussion.focused));
      else card.close();
    },

    /** Shows what went wrong, and has it read out. @param {string} text */
    fail: (text) => card.open(failure(text)),
  };

  return card;
}
