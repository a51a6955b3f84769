/**
 * Where a comment is written: a new one, a reply, or a change to one's own.
 *
 * What is written is kept at every stroke. One attempt has one key: whatever fails on the way (the network, a limit, a
 * reload), trying again with the same text never makes a second comment.
 */

import { button, failure, fill, h } from "../shared/element.js";
import { safeFragment } from "../shared/safe-html.js";
import { nameOf } from "./card-parts.js";
import { clock, countdown } from "./countdown.js";
import { choice } from "./form-choices.js";
import { formTools } from "./form-tools.js";
import { settle } from "./refusals.js";

/** The counter is read out when this much of the room is used, not at every stroke. */
const COUNT_ALOUD = 0.9;

/** Most answers come sooner; for a slower one the comment is shown where it will stand, as being on its way. */
const SLOW_MS = 400;

/** The service is still busy with an earlier try under the same key: it is asked again after this. */
const BUSY_MS = 1_000;

/** In a pause of this length the service is asked what it thinks of it, when it is more than a word or two. */
const PAUSE_MS = 1_500;
const WORTH_A_LOOK_CHARS = 15;

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {object} [what]
 * @param {any} [what.parent] the comment that is answered; it may go while the answer is written
 * @param {any} [what.editing] the viewer's own comment that is changed
 * @param {() => void} [what.onClose] the form is done with; without it, it stays for the next comment
 */
export function commentForm(discussion, { parent, editing, onClose } = {}) {
  const { say, words, story, drafts, list } = discussion;
  const draft = editing ? `edit-${editing.id}` : parent?.id;
  const id = `form-${draft}`;
  const most = story.policy.body_chars_max;
  const until = editing && discussion.viewer.editable[editing.id];
  /** Of this attempt; whoever changes the text begins another. @type {string | null | undefined} */
  let key;
  let over = 0;
  let pausing = 0;

  const title = h("label.title", { htmlFor: id });
  const text = h("textarea", {
    id, rows: 3, dir: "auto", required: true, "aria-describedby": `help-${id}`, onfocus: () => form.classList.add("open"),
    placeholder: say(parent ? "compose_reply_hint" : "compose_hint"),
  });
  const preview = h("div.body.preview", { dir: "auto", tabIndex: -1 });
  const toggle = button(".textual", say("preview"), () => {
    if (text.hidden) show(false);
    else if (isReady()) check().then(({ body_html }) => {
      fill(preview, safeFragment(body_html, text.value));
      show(true);
    }, (problem) => fail(settle(discussion, problem)));
  });
  const help = h("p.muted.help", { id: `help-${id}` }, !editing && story.mode === "pre" && say("premoderated"));
  const advice = h("div.advice", { role: "status" });
  const failed = failure();
  const counter = h("span.muted.counter");
  const submit = h("button.primary", { type: "submit" });
  /** Its fields are the state: `text`, and where there is something to choose, `side` and `about`. @type {any} */
  const form = h("form.composer", {
    part: "composer",
    noValidate: true,
    oninput: () => changed(),
    onsubmit: () => {
      send();
      return false;
    },
    onkeydown(event) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
      else if (event.key === "Escape" && onClose) leave();
    },
  }, title, text, preview, h("div.extras",
    h("div.aids", formTools(discussion, text), toggle),
    help,
    h("div.choices",
      choice(discussion, "side", "your_side", "no_side", story.sides),
      !draft && choice(discussion, "about", "about_what", "about_whole", story.anchors)),
    advice, failed,
    h("div.ways", counter, onClose && button(".quiet", say("cancel"), () => leave()), submit)));

  /** The reader thought better of it. A reply keeps its draft; a change that was not made is forgotten. */
  function leave() {
    if (editing) drafts.drop(draft);
    onClose?.();
  }

  /** Ready for the next try. */
  function rest() {
    const reply = parent ? "_reply" : "";
    fill(title, editing ? say("edit") : say(`compose${reply}`, { name: parent && nameOf(words, parent) }));
    fill(submit, editing ? say("save") : say(`post${reply}`));
    submit.ariaDisabled = null;
  }

  /** @param {boolean} isPreviewed as others will see it, in place of the field */
  function show(isPreviewed) {
    text.hidden = isPreviewed;
    preview.hidden = !isPreviewed;
    toggle.ariaPressed = `${isPreviewed}`;
    (isPreviewed ? preview : text).focus();
  }

  /** @param {import("../shared/element.js").Child} [problem] nothing: all is well again */
  function tell(problem) {
    fill(failed, problem);
    text.ariaInvalid = `${!!problem}`;
  }

  /** @param {string | null} problem */
  function fail(problem) {
    tell(problem);
    show(false);
  }

  /** Says what keeps this from being sent, if anything does. */
  function isReady() {
    const objection = !text.value.trim() ? say("write_first") : over > 0 && say("characters_over", { count: over });
    if (objection) fail(objection);
    return !objection;
  }

  function count() {
    // As the service counts them: code points, composed.
    const { length } = [...text.value.normalize("NFC")];
    over = length - most;
    fill(counter, say("characters", { count: length, most }));
    counter.classList.toggle("failure", over > 0);
    counter.ariaLive = length > most * COUNT_ALOUD ? "polite" : "off";
  }

  const keep = () => drafts.write({ text: text.value, side: form.side?.value, about: form.about?.value, key }, draft);

  function changed() {
    key = null;
    keep();
    count();
    if (!submit.ariaDisabled) tell();
    clearTimeout(pausing);
    // A change is like what it changes, and would be told that it repeats it.
    if (!editing) pausing = setTimeout(judge, PAUSE_MS);
  }

  /** What would be sent. */
  const body = () => ({ body: text.value, side: form.side?.value || null, about: form.about?.value || undefined, parent_id: parent?.id });

  const check = () => discussion.api.send("POST", `${discussion.path}/comments/check`, body());

  /** Says, kindly and once, what might keep this from being published. */
  function judge() {
    const asked = text.value;
    if (form.isConnected && asked.trim().length >= WORTH_A_LOOK_CHARS) check().then(({ reasons }) => {
      const said = reasons.map((/** @type {any} */ { message }) => h("p", message));
      if (asked === text.value && advice.textContent !== said.map((/** @type {Element} */ one) => one.textContent).join("")) fill(advice, ...said);
    }, () => {}); // Advice that is not to be had is no reason to disturb a writer.
  }

  async function send() {
    if (submit.ariaDisabled || !isReady()) return;
    const sending = h("div.sending", { ariaHidden: "true" }, h("p", { dir: "auto" }, text.value), h("p.muted", say("posting")));
    const slow = setTimeout(() => editing || (list.find(parent?.id)?.replies ?? list.element).before(sending), SLOW_MS);
    submit.ariaDisabled = "true"; // Not `disabled`: that would take the focus away from whoever works by keyboard.
    fill(submit, say("posting"));
    // Not crypto.randomUUID(): that is missing on pages served without TLS, as on a newsroom's test host.
    key ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
    keep();
    (editing ? discussion.api.send("PATCH", `v1/comments/${editing.id}`, { ...body(), seen_revision: editing.revision })
      : discussion.api.send("POST", `${discussion.path}/comments`, body(), key)).finally(() => {
      clearTimeout(slow);
      sending.remove();
      rest();
    }).then(taken, refused);
  }

  /** @param {import("../shared/api.js").Problem} problem */
  function refused(problem) {
    const { slug, status, members } = problem;
    if (slug === "still-in-progress") return setTimeout(send, BUSY_MS);
    const said = settle(discussion, problem);
    if (slug === "parent-gone") {
      // The text can still be posted on its own.
      parent = null;
      rest();
      changed();
    }
    if (slug === "too-many-requests") {
      // The text stays, and can be worked on meanwhile.
      submit.ariaDisabled = "true";
      countdown(failed, said, Date.now() + members.retry_after_s * 1000, (count) => say("problem_too-many-requests", { count }), () => {
        rest();
        tell();
        discussion.announce(say("wait_over"));
      });
    } else if (!status && !navigator.onLine) {
      const asked = text.value;
      fail(say("offline"));
      addEventListener("online", () => asked === text.value && form.isConnected && send(), { once: true, signal: discussion.signal });
    } else if (said) {
      fail(said);
    }
  }

  /** @param {any} comment as the service answered */
  function taken(comment) {
    text.value = "";
    changed();
    show(false);
    fill(advice);
    drafts.drop(draft);
    form.classList.remove("open");
    const editable = new Date(Date.parse(comment.created_at) + story.policy.edit_window_s * 1000);
    const card = discussion.viewing.own?.wrote(comment, editable.toISOString());
    onClose?.();
    if (card) {
      card.arrived();
      discussion.focusOn(card.article);
    }
    discussion.announce(say(comment.status === "held" ? "posted_held" : editing ? "saved" : "posted"));
    if (!editing) discussion.emit("posted", { comment });
  }

  /**
   * @param {"side" | "about"} name
   * @param {string} value
   */
  function choose(name, value) {
    if (form[name]) form[name].value = value;
  }

  const kept = drafts.read(draft);
  text.value = kept?.text ?? editing?.body ?? "";
  choose("side", kept?.side ?? editing?.side ?? "");
  choose("about", kept?.about ?? "");
  key = kept?.key;
  preview.hidden = true;
  if (text.value || onClose) form.classList.add("open");
  rest();
  count();
  if (until) {
    countdown(help, say("edit_until", { when: words.exact(until) }), Date.parse(until),
      (left_s) => say("edit_left", { time: clock(words, left_s) }), () => tell(say("problem_edit-window-over")));
  }

  return {
    element: form,
    /** The field, for whoever moves the focus there. */
    text,
    /**
     * What the comment is to say of itself.
     * @param {"side" | "about"} name
     * @param {string} value
     */
    choose(name, value) {
      choose(name, value);
      changed();
      text.focus({ preventScroll: true });
    },
  };
}
