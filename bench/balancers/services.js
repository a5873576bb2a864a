/**
 * Services of bench/rehearsed with distinct faults, and one without, and what they do. Some are played once more where a setting matters.
 * @typedef {object} Row
 * @property {string} name
 * @property {string} says
 * @property {import('./round.js').Mode} [mode] where it is played in one of them only
 * @property {Partial<import('nestjs-lifecycle-rollout').RehearsalOptions>} [options]
 * @property {import('./proxies.js').Settings} [settings]
 */

/** @type {readonly Row[]} */
export const ROWS = [
  { name: 'exits-at-once', says: 'exits at SIGTERM' },
  { name: 'server-close', says: '`server.close()` at SIGTERM' },
  { name: 'crashes', says: 'crashes at the first slow request that ends after SIGTERM' },
  { name: 'never-says-close', says: 'serves 8 s, never says `Connection: close`, cuts' },
  { name: 'cuts-after-1s', says: 'serves 1 s, cuts' },
  { name: 'terminator', says: 'http-terminator without waiting' },
  { name: 'answers-503', says: 'answers 503 from SIGTERM on' },
  { name: 'database-first', says: 'closes its database at SIGTERM, serves 8 s' },
  { name: 'stands-still', says: 'its event loop stands still for 3 s at SIGTERM, clients wait 2 s' },
  { name: 'fails-sometimes', says: 'every fifth answer from SIGTERM on is 500' },
  { name: 'right', says: 'right stop' },
  {
    name: 'exits-at-once',
    says: 'exits at SIGTERM, `maxSurge: 0`, `maxUnavailable: 1`',
    options: { maxSurge: 0, maxUnavailable: 1 },
  },
  {
    name: 'server-close',
    says: '`server.close()`, HAProxy with `http-reuse safe`, its default',
    mode: 'request',
    settings: { reuse: 'safe' },
  },
  {
    name: 'exits-at-once',
    says: 'exits at SIGTERM, nginx with `max_fails=1`, its default',
    mode: 'request',
    settings: { maxFails: 1 },
  },
];
