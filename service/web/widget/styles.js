/**
 * What the discussion looks like while it is read. Font and ink are the host page's; every shade is mixed from that ink,
 * so the discussion fits a light page and a dark one. Colours of our own follow the page's `color-scheme`.
 */

import { sheet } from "../shared/element.js";

export const readingSheet = sheet(`
/* Inside, not on the element: there a page may call properties of its own the same. */
:host > * {
  --accent: var(--story-comments-accent, light-dark(#0b5394, #8fc1ff));
  --on-accent: var(--story-comments-on-accent, light-dark(#fff, #08213d));
  --muted: var(--story-comments-muted, color-mix(in srgb, currentColor 74%, transparent));
  --line: var(--story-comments-line, color-mix(in srgb, currentColor 17%, transparent));
  --field-line: var(--story-comments-field-line, color-mix(in srgb, currentColor 56%, transparent));
  --tint: var(--story-comments-tint, color-mix(in srgb, currentColor 5%, transparent));
  --highlight: var(--story-comments-highlight, light-dark(#fff3cd, #3d3413));
  --side-1: var(--story-comments-side-1, light-dark(#6d28d9, #c8a5ff));
  --side-2: var(--story-comments-side-2, light-dark(#00696b, #5fd0d2));
  --side-3: var(--story-comments-side-3, light-dark(#9a4a00, #ffb374));
  --side-4: var(--story-comments-side-4, light-dark(#a2185b, #ff9cc5));
  --radius: var(--story-comments-radius, 6px);
  --gap: var(--story-comments-gap, 1.25rem);
  --indent: var(--story-comments-indent, 1.5rem);
  --small: var(--story-comments-small-size, .84em);
  --ui-font: var(--story-comments-ui-font, inherit);
}
:host {
  display: block;
  min-block-size: var(--story-comments-reserve, 24rem);
  container-type: inline-size;
  font: inherit;
  font-family: var(--story-comments-font, inherit);
  font-size: var(--story-comments-font-size, inherit);
  line-height: var(--story-comments-line-height, 1.55);
  color: var(--story-comments-ink, inherit);
  text-align: start;
}
:host([hidden]) { display: none }
*, ::before, ::after { box-sizing: border-box }
h2, p, ol, ul, pre, blockquote, fieldset, article { margin: 0; padding: 0 }
ol.list { list-style: none }
button, select, textarea { font: inherit; color: inherit; letter-spacing: inherit }
button { background: none; border: 0; padding: 0; cursor: pointer; text-align: start }
button:disabled { cursor: default }
a { color: var(--accent); text-underline-offset: .16em }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
[hidden] { display: none !important }
.visually-hidden {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}

button, select, .byline, .actions, .tools, .count, .mark, .about, .ways, .title, .conversation { font-family: var(--ui-font) }

.top { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; margin-block-end: var(--gap) }
.heading {
  font-family: var(--story-comments-heading-font, inherit); font-size: var(--story-comments-heading-size, 1.75rem);
  line-height: 1.2; font-weight: 650; text-wrap: balance;
}
.count, .muted { color: var(--muted) }
.own { margin-inline-start: auto; font-size: var(--small) }
.fresh { color: var(--accent); font-weight: 650 }
.entry { margin-block-end: calc(var(--gap) * 1.4) }
/* As much as the composer takes, closed: nothing moves when it comes. */
.entry:empty { min-block-size: calc(1lh + 3.875rem) }
.title { font-weight: 650 }
.note, .gate, .conversation { background: var(--tint); border-radius: var(--radius); padding: 1rem 1.125rem }
.gate { display: grid; gap: .75rem; justify-items: start }
.gate .ways { display: flex; flex-wrap: wrap; gap: .625rem 1.25rem; align-items: center }
.primary {
  display: inline-block; background: var(--accent); color: var(--on-accent); border-radius: var(--radius); padding: .5rem 1.1rem;
  min-block-size: 2.5rem; font-weight: 600; text-decoration: none; border: 1px solid transparent;
}
.textual { color: var(--accent); text-decoration: underline; text-underline-offset: .16em }

.tools {
  display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; justify-content: space-between; font-size: var(--small);
  border-block-end: 1px solid var(--line); padding-block-end: .625rem;
}
.chips { display: flex; flex-wrap: wrap; gap: .375rem; align-items: center }
.chip {
  display: inline-flex; align-items: center; gap: .4em; border: 1px solid var(--line); border-radius: 99px; padding: .2rem .75rem;
  min-block-size: 2rem;
}
.chip[aria-pressed=true] {
  border-color: currentColor; box-shadow: inset 0 0 0 1px currentColor; font-weight: 600;
}
.tools select {
  border: 1px solid var(--line); border-radius: var(--radius); background: Canvas; color: CanvasText; padding: .2rem .4rem; min-block-size: 2rem;
}
.more { display: flex; justify-content: center; padding-block: var(--gap) }
.quiet {
  border: 1px solid var(--field-line); border-radius: var(--radius); padding: .45rem 1.1rem; min-block-size: 2.5rem; font-weight: 600;
}
.empty { padding-block: 2rem; text-align: center; font-size: 1.125em; font-style: italic; color: var(--muted) }
.conversation { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; margin-block-start: .75rem; font-size: var(--small) }

.comment > article { padding-block: 1.125rem .875rem; scroll-margin-block: 5rem; border-radius: 3px; position: relative }
.thread > .comment + .comment { border-block-start: 1px solid var(--line) }
.replies:empty { display: none }
.replies > .comment > article { padding-block: .75rem .5rem }
.replies:not(:empty) { border-inline-start: 2px solid var(--line); padding-inline-start: var(--indent); margin-inline-start: 1rem; margin-block-end: .5rem }
article:focus { outline: none }
article:is(.highlight, .arrived)::before {
  content: ""; position: absolute; inset: .75rem 0; background: var(--highlight); border-radius: 1px; z-index: -1;
  /* Wider than the text by a shadow, which never makes a page scroll sideways. */
  box-shadow: 0 0 0 .5rem var(--highlight);
}
.comment { isolation: isolate }

.byline { display: flex; flex-wrap: wrap; align-items: center; gap: .125rem .6rem; font-size: var(--small); line-height: 1.4 }
.face {
  inline-size: 2rem; block-size: 2rem; flex: none; border-radius: 50%; display: grid; place-items: center; overflow: hidden;
  background: color-mix(in srgb, var(--side, currentColor) 14%, transparent); color: var(--side, inherit);
  font-size: .72rem; font-weight: 650; letter-spacing: .02em;
}
.replies .face { inline-size: 1.625rem; block-size: 1.625rem; font-size: .62rem }
.face img { inline-size: 100%; block-size: 100%; object-fit: cover }
.name { font-weight: 650; font-size: 1.1em; overflow-wrap: anywhere }
.badge { border: 1px solid var(--line); border-radius: 3px; padding: 0 .4em; font-weight: 600 }
.side { color: var(--side); font-weight: 600; display: inline-flex; gap: .4em; align-items: center }
.side::before, .chip .dot { content: ""; inline-size: .55em; block-size: .55em; border-radius: 50%; background: var(--side); flex: none }
.side-1 { --side: var(--side-1) } .side-2 { --side: var(--side-2) } .side-3 { --side: var(--side-3) } .side-4 { --side: var(--side-4) }
.when { color: var(--muted); text-decoration: none }
.mark { display: block; font-size: var(--small); font-weight: 600; margin-block-start: .375rem; color: var(--story-comments-notice, light-dark(#7a4b00, #f0c26b)) }
.featured { color: var(--accent) }
.about { display: inline-block; max-inline-size: 100%; font-size: var(--small); margin-block-start: .375rem; color: var(--muted); border-inline-start: 2px solid var(--side, var(--line)); padding-inline-start: .6em; line-height: 1.4 }
.about q { font-style: italic }
.body { max-inline-size: 68ch; text-align: match-parent; margin-block: .5rem .375rem; overflow-wrap: anywhere }
.body > * + * { margin-block-start: .7em }
.body :is(ul, ol) { padding-inline-start: 1.4em }
.body blockquote { border-inline-start: 3px solid var(--line); padding-inline-start: 1em; color: var(--muted) }
.body :is(code, pre) { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875em; background: var(--tint); border-radius: 3px }
.body code { padding: .1em .3em }
.body pre { padding: .75em 1em; overflow-x: auto }
.body pre code { padding: 0; background: none; font-size: 1em }
.gone { color: var(--muted); font-style: italic; margin-block: .25rem }

.actions { display: flex; flex-wrap: wrap; gap: 0 .5rem; align-items: center; font-size: var(--small); margin-inline-start: -.375rem }
.actions button, .further {
  min-block-size: 2rem; padding-inline: .375rem; color: var(--muted); font-weight: 550; display: inline-flex; align-items: center; gap: .35em; border-radius: 4px;
}
.actions [aria-pressed=true] { color: var(--accent) }
.votes { display: inline-flex; gap: .25rem }
.votes button { min-inline-size: 2rem; font-variant-numeric: tabular-nums }
[data-act=up]::before { content: "▲" }
[data-act=down]::before { content: "▼" }
[data-act=fold]::after { content: "▾" }
.further { font-size: var(--small); font-weight: 600; color: var(--accent) }
[aria-expanded=true]::after { rotate: 180deg }
.panel:not(:empty) { margin-block: .5rem .75rem }
.failure { color: var(--story-comments-danger, light-dark(#a3211c, #ff9d94)); font-size: var(--small); font-weight: 600 }

.notice { position: sticky; inset-block-start: .75rem; z-index: 2; block-size: 0; display: flex; justify-content: center; align-items: start; pointer-events: none }
.notice .primary {
  margin-block-start: .75rem; border-radius: 99px; font-size: var(--small); min-block-size: 2.25rem; pointer-events: auto; box-shadow: 0 2px 12px rgb(0 0 0 / .22);
}
article.arrived:not(.highlight)::before { animation: arrived 2.4s ease-out forwards }
@keyframes arrived { to { opacity: 0 } }
.primary:hover { filter: brightness(1.12) }
.chip:hover { border-color: currentColor }
.quiet:hover { background: var(--tint) }
.when:hover { text-decoration: underline }
.actions button:hover:enabled, .further:hover { color: inherit; text-decoration: underline; text-underline-offset: .2em }
.thread[aria-busy=true] { opacity: .55 }
.primary:disabled { opacity: .6 }
.actions button:disabled { opacity: .75 }
@media (prefers-reduced-motion: reduce) {
  article.arrived:not(.highlight)::before { animation-timing-function: step-end }
}
@container (max-width: 34rem) {
  .heading { font-size: 1.5rem }
  .replies:not(:empty) { padding-inline-start: .75rem; margin-inline-start: .25rem }
  /* Further in, a narrow column has no room for steps: the line stays, the indent ends. */
  .replies .replies .replies .replies:not(:empty) { padding-inline-start: 0; margin-inline-start: 0; border-inline-start: 0 }
}
@media (forced-colors: active) {
  .chip[aria-pressed=true], .highlight { outline: 2px solid Highlight }
  .side::before, .chip .dot { forced-color-adjust: none }
}
`);
