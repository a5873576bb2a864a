// Ten ways to stop, good and bad, of the kinds that were rolled on a real cluster.

/** How long those serve on that do not end at once. */
const SERVES_MS = 8000;

/**
 * @typedef {object} Stop
 * @property {import('node:http').Server} server
 * @property {ReadonlySet<import('node:net').Socket>} sockets those that are open
 * @property {ReadonlySet<import('node:http').ServerResponse>} unanswered responses that are under way
 */

/**
 * @typedef {object} StoppingService
 * @property {boolean} [isGreen] readiness passes while it stops; otherwise it fails from SIGTERM on
 * @property {boolean} [saysClose] every answer from SIGTERM on ends its connection
 * @property {boolean} [refuses] every request that comes after SIGTERM is answered with 503
 * @property {boolean} [fails] a slow request needs what is closed at SIGTERM, and is answered with 500
 * @property {number} [standsStillMs] how long the event loop is blocked at SIGTERM
 * @property {number} [failsEvery] so many answers from SIGTERM on, the last of them is 500
 * @property {boolean} [crashes] a slow request needs what is closed at SIGTERM: the first that ends after it crashes the process
 * @property {(stop: Stop) => void} onSignal
 */

/** @type {Readonly<Record<string, StoppingService>>} */
export const SERVICES = {
  'exits-at-once': { onSignal: () => process.exit(0) },
  'server-close': { onSignal: ({ server }) => void server.close(() => process.exit(0)) },
  crashes: { crashes: true, onSignal: () => undefined },
  'never-says-close': { onSignal: () => void setTimeout(() => process.exit(0), SERVES_MS) },
  terminator: { saysClose: true, onSignal: terminateAtOnce },
  'answers-503': { saysClose: true, refuses: true, onSignal: (stop) => serveFor(SERVES_MS, stop) },
  'green-readiness': { saysClose: true, isGreen: true, onSignal: (stop) => serveFor(SERVES_MS, stop) },
  'serves-2s': { saysClose: true, onSignal: (stop) => serveFor(2000, stop) },
  'database-first': { saysClose: true, fails: true, onSignal: (stop) => serveFor(SERVES_MS, stop) },
  'stands-still': { saysClose: true, standsStillMs: 3000, onSignal: (stop) => serveFor(SERVES_MS, stop) },
  'fails-sometimes': { saysClose: true, failsEvery: 5, onSignal: (stop) => serveFor(SERVES_MS, stop) },
  'cuts-after-1s': { saysClose: true, onSignal: () => void setTimeout(() => process.exit(0), 1000) },
  'exits-1': { saysClose: true, onSignal: (stop) => serveFor(SERVES_MS, stop, 1) },
  right: { saysClose: true, onSignal: (stop) => serveFor(SERVES_MS, stop) },
};

/**
 * Serves on, then closes the listener, and ends when the last connection has.
 * @param {number} ms
 * @param {Stop} stop
 * @param {number} [exitCode]
 */
function serveFor(ms, { server }, exitCode = 0) {
  setTimeout(() => {
    server.close(() => process.exit(exitCode));
    setInterval(() => server.closeIdleConnections(), 50);
  }, ms);
}

/**
 * What http-terminator 3 does: cuts idle connections and new ones, lets those that have a request end with its answer, and closes the
 * server after that.
 * @param {Stop} stop
 */
function terminateAtOnce({ server, sockets, unanswered }) {
  const busy = new Set([...unanswered].map(({ socket }) => socket));
  for (const socket of sockets) if (!busy.has(socket)) socket.destroy();
  server.on('connection', (socket) => void socket.destroy());
  const waiting = setInterval(() => {
    if (sockets.size > 0) return;
    clearInterval(waiting);
    server.close(() => process.exit(0));
  }, 10);
}
