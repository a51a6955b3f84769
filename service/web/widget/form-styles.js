/**
 * What forms look like. Loaded with the first of them.
 */

import { sheet } from "../shared/element.js";

export const formSheet = sheet(`
:host > * {
  --danger: var(--story-comments-danger, light-dark(#a3211c, #ff9d94));
  --notice: var(--story-comments-notice, light-dark(#7a4b00, #f0c26b));
}
.counter, .help, .choices { font-family: var(--ui-font) }
.chip:has(:checked) { border-color: currentColor; box-shadow: inset 0 0 0 1px currentColor; font-weight: 600 }
@media (forced-colors: active) { .chip:has(:checked) { outline: 2px solid Highlight } }
article:has(> .panel > .undo) > :not(.panel) { display: none }
.composer, .extras { display: grid; grid-template-columns: minmax(0, 1fr); gap: .625rem }
textarea {
  inline-size: 100%; min-block-size: 5.25rem; max-block-size: 60vh; resize: vertical; field-sizing: content; padding: .7rem .85rem;
  border: 1px solid var(--field-line); border-radius: var(--radius); background: Canvas; color: CanvasText; line-height: 1.5;
}
textarea::placeholder { color: color-mix(in srgb, CanvasText 68%, transparent) }
textarea:focus-visible { outline-offset: 0; border-radius: var(--radius) }
textarea[aria-invalid=true] { border-color: var(--danger) }
.composer:not(.open) .extras { display: none }
.composer:not(.open) textarea { min-block-size: 3.25rem; block-size: 3.25rem; field-sizing: fixed; resize: none }
.extras { gap: .75rem }
.help:empty, .advice:empty { display: none }
.aids { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between; font-size: var(--small) }
.format { display: flex; flex-wrap: wrap }
.format button { inline-size: 2.25rem; block-size: 2.25rem; display: grid; place-items: center; border-radius: var(--radius); color: var(--muted) }
.format button:hover { background: var(--tint); color: inherit }
.preview { border: 1px dashed var(--field-line); border-radius: var(--radius); padding: .7rem .85rem; margin: 0; max-inline-size: none }
.advice { border-inline-start: 3px solid var(--notice); padding-inline-start: .75rem; font-size: var(--small) }
.help { font-size: var(--small) }
fieldset { border: 0; min-inline-size: 0 }
legend { padding: 0; float: inline-start; margin-inline-end: .25rem }
.choices { display: flex; flex-wrap: wrap; gap: .625rem 1.5rem; align-items: center; font-size: var(--small) }
.choices:empty { display: none }
.choices .chip { cursor: pointer }
.chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px }
.about-choice { display: flex; align-items: center; gap: .5rem; min-inline-size: 0; max-inline-size: 100% }
.about-choice select {
  min-inline-size: 0; max-inline-size: 100%; inline-size: 22rem; min-block-size: 2rem; padding: .2rem .4rem; border: 1px solid var(--line);
  border-radius: var(--radius); background: Canvas; color: CanvasText; text-overflow: ellipsis;
}
.ways { display: flex; flex-wrap: wrap; gap: .625rem; align-items: center }
.composer .ways { justify-content: end }
.counter { font-size: var(--small); margin-inline-end: auto; font-variant-numeric: tabular-nums }
.primary[aria-disabled=true] { opacity: .6; cursor: progress }
.failure:empty { display: none }
dialog {
  inline-size: min(30rem, calc(100vw - 2rem)); max-block-size: calc(100dvh - 2rem); overflow-y: auto; overscroll-behavior: contain;
  border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.5); padding: 1.25rem 1.375rem; background: Canvas; color: CanvasText; font-size: 1rem;
}
dialog::backdrop { background: rgb(0 0 0 / .45) }
dialog form { display: grid; gap: .875rem }
dialog h2 { font-size: 1.25rem; line-height: 1.25 }
dialog legend { float: none; font-weight: 600; margin-block-end: .375rem }
dialog fieldset label { display: flex; gap: .5rem; align-items: baseline; padding-block: .25rem }
dialog input { accent-color: var(--accent) }
.activity { inline-size: min(44rem, calc(100vw - 2rem)) }
.activity .top { align-items: center; justify-content: space-between; margin: 0 }
.activity .chips { margin-block: 1rem .5rem; font-size: var(--small) }
.activity .quiet { font-size: var(--small) }
.sending { opacity: .75; padding-block: .875rem; white-space: pre-wrap; overflow-wrap: anywhere }
.row { display: grid; gap: .375rem; padding-block: .875rem; border-block-start: 1px solid var(--line); overflow-wrap: anywhere }
.row p { font-size: .95em; text-align: match-parent }
.row .mark { margin: 0 }
summary { cursor: pointer; color: var(--accent); font-size: var(--small); padding-block: .25rem }
.decision { display: grid; gap: .875rem; padding-block: .5rem; font-size: var(--small) }
.decision form { display: grid; gap: .5rem }
dl { display: grid; grid-template-columns: minmax(6rem, auto) 1fr; gap: .375rem 1rem; margin: 0 }
dt { color: var(--muted) }
dd { margin: 0; overflow-wrap: anywhere }
@container (max-width: 34rem) { dl { grid-template-columns: 1fr } dd { margin-block-end: .25rem } }
`);
