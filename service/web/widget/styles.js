/**
 * What the discussion looks like while it is read. Font and ink are the host page's; every shade is mixed from that ink,
 * so the discussion fits a light page and a dark one. The accent follows the page's `color-scheme`.
 *
 * What looks alike stands in one rule, and few sizes are used, always written the same: that is what packs well.
 */

import { sheet } from "../shared/element.js";

export const readingSheet = sheet(`
/* Inside, not on the element: there a page may call properties of its own the same. Where one is not given and has no
   other value here, what uses it is inherited. */
:host > * {
  --accent: var(--story-comments-accent, light-dark(#0b5394, #8fc1ff));
  --muted: var(--story-comments-muted, color-mix(in srgb, currentcolor 74%, transparent));
  --line: var(--story-comments-line, color-mix(in srgb, currentcolor 17%, transparent));
  --field-line: var(--story-comments-field-line, color-mix(in srgb, currentcolor 56%, transparent));
  --tint: var(--story-comments-tint, color-mix(in srgb, currentcolor 5%, transparent));
  --danger: var(--story-comments-danger, color-mix(in srgb, #f00 60%, currentcolor));
  --notice: var(--story-comments-notice, color-mix(in srgb, #d80 60%, currentcolor));
  --highlight: var(--story-comments-highlight, #fc03);
  --radius: var(--story-comments-radius, 6px);
  --gap: var(--story-comments-gap, 1.25rem);
  --small: var(--story-comments-small-size, .84em);
}
.side-1 { --side: var(--story-comments-side-1, color-mix(in srgb, #84f 60%, currentcolor)) }
.side-2 { --side: var(--story-comments-side-2, color-mix(in srgb, #0aa 60%, currentcolor)) }
.side-3 { --side: var(--story-comments-side-3, color-mix(in srgb, #e70 60%, currentcolor)) }
.side-4 { --side: var(--story-comments-side-4, color-mix(in srgb, #f2a 60%, currentcolor)) }
:host {
  display: block;
  min-height: var(--story-comments-reserve, 24rem);
  container-type: inline-size;
  font-family: var(--story-comments-font);
  font-size: var(--story-comments-font-size);
  line-height: var(--story-comments-line-height, 1.55);
  color: var(--story-comments-ink);
  text-align: start;
  overflow-wrap: anywhere;
}
:host([hidden]), [hidden], ol:empty, p:empty { display: none !important }
* { box-sizing: border-box; margin: 0; padding: 0 }
.list { list-style: none }
button, select, textarea { font: inherit; color: inherit }
button { background: none; border: 0; text-align: start }
button, .chip { cursor: pointer }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; opacity: 0; white-space: nowrap }

.mark { color: var(--notice) }
.failure { color: var(--danger) }
.muted, .count, .when, .about, .empty, .gone, blockquote, .actions button { color: var(--muted) }
a, .textual, .further, .fresh, .featured, .actions [aria-pressed=true], summary { color: var(--accent) }
.textual, .actions button:hover, .when:hover { text-decoration: underline }
.title, .name, .side, .fresh, .mark, .further, .failure, .primary, .quiet { font-weight: 600 }
.own, .tools, .byline, .mark, .about, .actions, .further, .failure, .notice { font-size: var(--small) }
button, select, .tools, .byline, .mark, .about, .actions, .further, .failure { font-family: var(--story-comments-ui-font) }

.top, .ways, .tools, .chips, .byline, .actions, .votes { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
.chips, .byline, .votes { gap: .5rem }
.count, .chips { margin-inline-end: auto }
.note, .gate { background: var(--tint); border-radius: var(--radius); padding: 1rem }
.gate { display: grid; gap: .75rem; justify-items: start }
.primary, .quiet, .chip, select, textarea { border: 1px solid var(--field-line); border-radius: var(--radius); padding: .5rem 1rem }
.chip, select { padding: .25rem .75rem }
select, textarea { background: Canvas; color: CanvasText }
.primary { background: var(--accent); border-color: var(--accent); color: var(--story-comments-on-accent, light-dark(#fff, #111)) }
.primary, .when { text-decoration: none }
.chip, .notice button { border-radius: 99px }
/* An outline is seen in the reader's own colours too. */
.chip[aria-pressed=true], .chip:has(:checked) { outline: 2px solid; outline-offset: -2px; font-weight: 600 }
.chip { border-color: var(--line) }
:focus-visible, .chip:focus-visible, .chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px }
[aria-busy=true], :disabled, [aria-disabled=true] { opacity: .7 }

.top, .entry, .tools { margin-bottom: var(--gap) }
/* Two lines, so that the second is there before one's own activity is. */
.count { min-height: 1lh }
.heading { width: 100%; font-family: var(--story-comments-heading-font); font-size: var(--story-comments-heading-size, 1.75rem); line-height: 1.2 }
/* As much as the composer takes, closed: nothing moves when it comes. */
.entry:empty { min-height: calc(1lh + 3.75rem) }
.more, .empty { padding: var(--gap) 0; text-align: center }

article { padding: 1rem 0 .5rem; scroll-margin: 5rem }
.thread > * { border-top: 1px solid var(--line) }
.replies, blockquote, .about { border-inline-start: 2px solid var(--line); padding-inline-start: .75rem }
.replies { padding-inline-start: min(var(--story-comments-indent, 1.5rem), 3cqi); margin-inline-start: 2cqi }
.highlight { background: var(--highlight); box-shadow: .5rem 0 var(--highlight), -.5rem 0 var(--highlight) }
/* Seen in the reader's own colours alone. */
article:focus, .highlight { outline: 2px solid transparent }
/* A mark that goes at once, so that nothing moves for those who want no motion. */
.arrived { animation: arrived 3s step-end }
@keyframes arrived { from { background: var(--highlight); box-shadow: .5rem 0 var(--highlight), -.5rem 0 var(--highlight) } }

.face {
  position: relative; width: 2rem; height: 2rem; border-radius: 50%; overflow: hidden; background: var(--line);
  font-size: .75rem; line-height: 2rem; text-align: center;
}
.face img { position: absolute; inset: 0; width: 2rem; height: 2rem; object-fit: cover }
.face, .side, .dot { color: var(--side) }
.side::before, .dot { content: ""; display: inline-block; border: .28em solid; border-radius: 50%; margin-inline-end: .4em }
.badge { border: 1px solid var(--line) }
.badge, code { border-radius: var(--radius); padding: 0 .25rem }
.mark, .about { display: block }
.body { max-width: 68ch; margin: .5rem 0 }
.panel > *, .body > * + * { margin-top: .75rem }
.body li { margin-inline-start: var(--gap) }
code { background: var(--tint) }
pre code { display: block; padding: .75rem; overflow: auto }
.actions button, .further { min-width: 2rem; min-height: 2rem }
.notice { position: sticky; top: 1rem; z-index: 1; height: 0; text-align: center }
[data-act=up]::before { content: "▲ " }
[data-act=down]::before { content: "▼ " }
/* Not read out: the state is. */
[data-act=fold]::after { content: " −" / "" }
[aria-expanded=false]::after { content: " +" / "" }
`);
