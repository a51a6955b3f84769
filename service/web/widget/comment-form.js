/**
 * Where a comment is written: a new one, a reply, or a change to one's own.
 *
 * What is written is kept at every stroke. One attempt has one key: whatever fails on the way (the network, a limit, a
 * reload), trying again with the same text never makes a second comment.
 */

import { button, failure, fill, h } from "../shared/element.js";
import { safeFragment } from "../shared/safe-html.js";
import { countdown } from "./countdown.js";
import { choice } from "./form-choices.js";
import { formTools } from "./form-tools.js";
import { settle } from "./refusals.js";

/** The counter is read out when this much of the room is used, not at every stroke. */
const COUNT_ALOUD = 0.9;

/** Most answers come sooner; for a slower one the comment is shown where it will stand, as being on its way. */
const SLOW_MS = 400;

/** In a pause of this length the service is asked what it thinks of it, when it is longer than a word or two. */
const PAUSE_MS = 1_500;
const WORTH_A_LOOK_CHARS = 14;

/**
 * @param {import("./discussion.js").Discussion} discussion
 * @param {object} [what]
 * @param {any} [what.parent] the comment that is answered; it may go while the answer is written
 * @param {any} [what.editing] the viewer's own comment that is changed
 * @param {() => void} [what.onClose] the form is done with; without it, it stays for the next comment
 */
export function commentForm(discussion, { parent, editing, onClose } = {}) {
  const { say, drafts } = discussion;
  const draft = editing ? `edit-${editing.id}` : parent?.id;
  const kept = drafts.read(draft) ?? {};
  const id = `form-${draft}`;
  const most = discussion.story.policy.body_chars_max;
  const until = editing && discussion.viewer.editable[editing.id];
  /** Of this attempt; whoever changes the text begins another. */
  let key = kept.key;
  let pausing = 0;

  const title = h("label.title", { htmlFor: id });
  const text = h("textarea", {
    id, "aria-describedby": `help-${draft}`, dir: "auto", placeholder: say("compose_hint"), onfocus: () => form.classList.add("open"),
    value: kept.text ?? editing?.body ?? "",
  });
  const preview = h("div.body.preview", { dir: "auto", tabIndex: -1, hidden: true });
  const toggle = button(".textual", say("preview"), () => {
    if (text.hidden) show(false);
    else if (isReady()) check().then(({ body_html }) => {
      fill(preview, safeFragment(body_html, text.value));
      show(true);
    }, (problem) => fail(settle(discussion, problem)));
  });
  const help = h("p.muted.help", { id: `help-${draft}` }, !editing && discussion.story.mode === "pre" && say("premoderated"));
  const advice = h("div.advice", { role: "status" });
  const failed = failure();
  const { tools, mark } = formTools(discussion, text);
  const counter = h("span.muted.counter");
  const submit = h("button.primary", { type: "submit" });
  /** Its fields are the state: the text, and where there is something to choose, `side` and `about`. @type {any} */
  const form = h("form.composer", {
    part: "composer",
    oninput: changed,
    onsubmit: () => {
      send();
      return false;
    },
    onkeydown({ key, ctrlKey, metaKey }) {
      if (ctrlKey || metaKey) return key === "Enter" ? send() : mark(key);
      if (key === "Escape" && onClose) leave();
    },
  }, title, text, preview, h("div.extras",
    h("div.aids", tools, toggle),
    help,
    h("div.choices",
      choice(discussion, "side", discussion.story.sides, kept.side ?? editing?.side),
      !draft && choice(discussion, "about", discussion.story.anchors, kept.about)),
    advice, failed,
    h("div.ways", counter, onClose && button(".quiet", say("cancel"), leave), submit)));

  /** The reader thought better of it. A reply keeps its draft; a change that was not made is forgotten. */
  function leave() {
    if (editing) {
      text.value = "";
      keep();
    }
    onClose();
  }

  /** Ready for the next try. */
  function rest() {
    fill(title, say(editing ? "edit" : parent ? "compose_reply" : "compose", { name: parent?.author?.name ?? say("nobody") }));
    fill(submit, say(editing ? "save" : parent ? "post_reply" : "post"));
    submit.ariaDisabled = null;
  }

  /** @param {boolean} isPreviewed as others will see it, in place of the field */
  function show(isPreviewed) {
    text.hidden = isPreviewed;
    preview.hidden = !isPreviewed;
    toggle.ariaPressed = `${isPreviewed}`;
    (isPreviewed ? preview : text).focus();
  }

  /** @param {string} problem */
  function fail(problem) {
    fill(failed, problem);
    show(false);
    text.ariaInvalid = "true";
  }

  /** Says so where there is nothing to be sent. */
  function isReady() {
    return text.value.trim() || fail(say("write_first"));
  }

  function count() {
    // As the service counts them: code points, composed.
    const { length } = [...text.value.normalize("NFC")];
    fill(counter, say("characters", { count: length, most }));
    counter.classList.toggle("failure", length > most);
    counter.ariaLive = length > most * COUNT_ALOUD ? "polite" : null;
  }

  function chosen() {
    return { side: form.side?.value || null, about: form.about?.value || undefined };
  }

  function keep() {
    drafts.write({ text: text.value, ...chosen(), key }, draft);
  }

  function changed() {
    key = null;
    keep();
    count();
    fill(failed);
    text.ariaInvalid = null;
    clearTimeout(pausing);
    // A change is like what it changes, and would be told that it repeats it.
    if (!editing) pausing = setTimeout(judge, PAUSE_MS);
  }

  function check() {
    return discussion.api.send("POST", `${discussion.path}/comments/check`, { body: text.value, parent_id: parent?.id });
  }

  /** Says, kindly and once, what might keep this from being published. */
  function judge() {
    const asked = text.value;
    if (form.isConnected && asked.trim()[WORTH_A_LOOK_CHARS]) check().then(({ reasons }) => {
      const said = reasons.map((/** @type {any} */ one) => one.message).join(" ");
      if (asked === text.value && advice.textContent !== said) fill(advice, said);
    }, () => {}); // Advice that is not to be had is no reason to disturb a writer.
  }

  function send() {
    if (submit.ariaDisabled || !isReady()) return;
    const sending = h("div.sending", { dir: "auto", ariaHidden: "true" }, text.value, h("p.muted", say("posting")));
    const slow = setTimeout(() => editing || (discussion.list.find(parent?.id)?.replies ?? discussion.list.element).before(sending), SLOW_MS);
    submit.ariaDisabled = "true"; // Not `disabled`: that would take the focus away from whoever works by keyboard.
    fill(submit, say("posting"));
    fill(failed);
    key ??= `${Math.random()}`; // Among this reader's own, of the last days.
    keep();
    discussion.api.send(editing ? "PATCH" : "POST", editing ? `v1/comments/${editing.id}` : `${discussion.path}/comments`, {
      body: text.value,
      parent_id: parent?.id,
      ...chosen(),
      seen_revision: editing?.revision,
    }, key).finally(() => {
      clearTimeout(slow);
      sending.remove();
      rest();
    }).then(taken, refused);
  }

  /** @param {import("../shared/api.js").Problem} problem */
  function refused(problem) {
    const { slug, status, members } = problem;
    const asked = key;
    /** Under the same key, unless the text was changed meanwhile or the form is gone. */
    const again = () => asked === key && form.isConnected && send();
    // An earlier try is not done yet.
    if (slug === "still-in-progress") return setTimeout(again, 1000);
    if (slug === "parent-gone") {
      // The text can still be posted on its own.
      parent = null;
      rest();
      changed();
    }
    const said = settle(discussion, problem);
    if (slug === "too-many-requests") {
      // The text stays, and can be worked on meanwhile.
      const left = h("p.failure");
      failed.before(left);
      submit.ariaDisabled = "true";
      discussion.announce(said);
      countdown(discussion, left, Date.now() + members.retry_after_s * 1000, "wait", () => {
        left.remove();
        rest();
        discussion.announce(say("wait_over"));
      });
    } else if (!status && !navigator.onLine) {
      fail(say("offline"));
      addEventListener("online", again, { once: true, signal: discussion.signal });
    } else {
      fail(said);
    }
  }

  /** @param {any} comment as the service answered */
  function taken(comment) {
    text.value = "";
    changed();
    show(false);
    fill(advice);
    form.classList.remove("open");
    const card = discussion.viewing.own?.wrote(comment, until ?? Date.now() + discussion.story.policy.edit_window_s * 1000);
    onClose?.();
    if (card) {
      card.arrived();
      discussion.focusOn(card.article);
    }
    discussion.announce(`${editing ? say("saved") : ""} ${comment.status_words}`);
    if (!editing) discussion.emit("posted", { comment });
  }

  if (text.value || onClose) form.classList.add("open");
  rest();
  count();
  if (until) {
    const sayIt = () => discussion.announce(help.textContent);
    countdown(discussion, help, until, "edit_left", sayIt);
    sayIt();
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
      if (form[name]) form[name].value = value;
      changed();
      show(false);
    },
  };
}
