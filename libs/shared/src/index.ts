/** What the rehearsal, the manifest check and the commands share, and the library itself does not need. */
export { delayAt, type DelayDistribution, type DelayStep } from './delay-distribution.js';
export { IDEMPOTENT_METHODS } from './idempotent-methods.js';
export { inert, inertJson, linesOf, oneLineOf } from './foreign-text.js';
export {
  NETWORK_PROGRAMMING,
  type NetworkProgramming,
  NetworkProgrammingError,
  readNetworkProgramming,
} from './network-programming.js';
export { type Attributes, type Content, element, Markup, render } from './html/element.js';
export { htmlPage, type Page } from './html/page.js';
export { section, table } from './html/parts.js';
export { ticks } from './html/ticks.js';
export { hasOpenQuote, shellWord, splitWords } from './shell-words.js';
export { count, time } from './wording.js';
