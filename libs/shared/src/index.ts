/** What the rehearsal and the manifest check share, and the library itself does not need. */
export { delayAt, type DelayDistribution, type DelayStep } from './delay-distribution.js';
export { IDEMPOTENT_METHODS } from './idempotent-methods.js';
export { inert, inertJson, linesOf, oneLineOf } from './foreign-text.js';
export {
  NETWORK_PROGRAMMING,
  type NetworkProgramming,
  NetworkProgrammingError,
  readNetworkProgramming,
} from './network-programming.js';
export { hasOpenQuote, splitWords } from './shell-words.js';
