/**
 * @typedef {object} RealFigures
 * @property {string} says what the service does
 * @property {readonly number[]} lost in three rolling updates
 * @property {string} [as] the medians of each kind, where they were told
 */

/**
 * What rolling updates on a real Kubernetes lost (1.34.4, two nodes, 2026-11-29), by the name of the service of the same kind here.
 * @type {Readonly<Record<string, RealFigures>>}
 */
export const REAL = {
  'exits-at-once': { says: 'exits at SIGTERM', lost: [59, 66, 39], as: 'reset 27, refused 11, timed out 8' },
  'server-close': { says: '`server.close()` at SIGTERM', lost: [20, 22, 31] },
  crashes: { says: 'crashes at the first request after SIGTERM that uses what is closed', lost: [14, 19, 19] },
  'never-says-close': { says: 'serves 8 s, never says `Connection: close`, cuts', lost: [6, 6, 6] },
  terminator: { says: 'http-terminator without waiting', lost: [50, 41, 47] },
  'answers-503': { says: 'answers 503 from SIGTERM on', lost: [49, 42, 53] },
  'green-readiness': { says: 'serves 8 s with green readiness', lost: [0, 0, 0] },
  'serves-2s': { says: 'serves 2 s', lost: [0, 0, 0] },
  'exits-1': { says: 'exits 1 after a right stop', lost: [0, 0, 0] },
  right: { says: 'right stop', lost: [0, 0, 0] },
};
