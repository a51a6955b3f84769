/**
 * Looks that the first view does without: nothing here gives anything another place or size.
 */

import { sheet } from "../shared/element.js";

export const laterSheet = sheet(`
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
`);
