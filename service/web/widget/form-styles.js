/**
 * What forms look like. Loaded with the first of them.
 */

import { sheet } from "../shared/element.js";

export const formSheet = sheet(`
.composer { display: grid; gap: .625rem }
.composer .title { font-weight: 650 }
textarea {
  inline-size: 100%; min-block-size: 5.25rem; max-block-size: 60vh; resize: vertical; field-sizing: content; padding: .7rem .85rem;
  border: 1px solid var(--field-line); border-radius: var(--radius); background: Canvas; color: CanvasText; line-height: 1.5;
}
textarea::placeholder { color: color-mix(in srgb, CanvasText 68%, transparent) }
textarea:focus-visible { outline-offset: 0; border-radius: var(--radius) }
textarea[aria-invalid=true] { border-color: var(--danger) }
.composer:not(.open) .extras { display: none }
.composer:not(.open) textarea { min-block-size: 3.25rem; block-size: 3.25rem; field-sizing: fixed; resize: none }
.extras { display: grid; gap: .75rem }
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
  inline-size: min(30rem, calc(100vw - 2rem)); border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.5); padding: 1.25rem 1.375rem;
  background: Canvas; color: CanvasText; font-size: 1rem;
}
dialog::backdrop { background: rgb(0 0 0 / .45) }
dialog form { display: grid; gap: .875rem }
dialog h2 { font-size: 1.25rem; line-height: 1.25 }
dialog legend { float: none; font-weight: 600; margin-block-end: .375rem }
dialog label { display: flex; gap: .5rem; align-items: baseline; padding-block: .25rem }
dialog input { accent-color: var(--accent) }
`);
