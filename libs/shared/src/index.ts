/** What the rehearsal and the manifest check share, and the library itself does not need. */
export { IDEMPOTENT_METHODS } from './idempotent-methods.js';
export { inert, inertJson, linesOf, oneLineOf } from './foreign-text.js';
export { hasOpenQuote, splitWords } from './shell-words.js';
