/**
 * What forms and dialogs look like, beyond what they share with the rest. Loaded with the first of them.
 */

import { sheet } from "../shared/element.js";

export const formSheet = sheet(`
.choices, .help, .counter { font-family: var(--story-comments-ui-font) }
.aids, .help, .choices, .advice, .counter, .decision, .activity .chips, summary { font-size: var(--small) }
.aids, .choices { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center }
.composer, .extras, .decision, form, .row { display: grid; gap: .75rem }
.composer * { min-width: 0 }
.extras > :empty, .composer:not(.open) .extras, article:has(> .panel > .undo) > :not(.panel) { display: none }
textarea { width: 100%; min-height: 6rem; max-height: 60vh; resize: vertical; field-sizing: content }
.composer:not(.open) textarea { height: 3rem; min-height: 0; resize: none }
::placeholder { color: inherit; opacity: .7 }
[aria-invalid=true] { border-color: var(--danger) }
.format button { width: 2.25rem; height: 2.25rem; color: var(--muted); text-align: center }
.format :first-child { font-weight: 600 }
.format :nth-child(2) { font-style: italic }
.format button:hover { background: var(--tint) }
.composer .ways { justify-content: end }
.preview { border: 1px dashed var(--field-line); border-radius: var(--radius); padding: .5rem 1rem; margin: 0 }
.advice { border-inline-start: 2px solid var(--notice); padding-inline-start: .75rem }
.format, .counter, .activity :is(h2, .name) { margin-inline-end: auto }
fieldset { border: 0 }
/* Many and long ones: one line for each at most, and some lines in all. */
.choices .chips { position: relative; max-height: 9rem; overflow: auto; padding: .25rem }
.choices .chip { max-width: 20rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.choices legend { float: left }
dialog { width: 30rem; margin: auto; padding: 1.25rem; border: 1px solid var(--line); border-radius: var(--radius) }
::backdrop { background: #0007 }
.activity { width: 44rem }
.activity .chips { margin: .75rem 0 }
dialog input { accent-color: var(--accent) }
dialog label { display: block; padding: .25rem 0 }
dialog legend { font-weight: 600 }
.row, .decision, .sending { padding: .75rem 0 }
.row { gap: .25rem; border-top: 1px solid var(--line) }
dialog .top { margin: 0; flex-wrap: nowrap }
dialog .top .quiet { white-space: nowrap }
dl { display: grid; grid-template-columns: fit-content(30%) 1fr; gap: .5rem 1rem }
dt { color: var(--muted) }
.sending { opacity: .7; white-space: pre-wrap }
summary { cursor: pointer }
`);
