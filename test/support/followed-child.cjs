const threads = require('node:worker_threads');

const { isMainThread, parentPort } = threads;
/** @type {unknown} */
const workerData = threads.workerData;

/**
 * A child process or a thread that a service follows. How it ends once it is told to: `waits` for the message `go`, `fails` with 3, or
 * never does (`hangs`). Any other one listens to nothing, and ends at the signal.
 */
const how = isMainThread ? process.argv[2] : String(workerData);
const stay = setInterval(() => undefined, 1000);

/** @param {string} what */
function say(what) {
  if (isMainThread) process.send?.(what);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  else parentPort?.postMessage(what);
}

/** @param {string} by */
function told(by) {
  say(`told by ${by}`);
  if (how === 'fails') process.exit(3);
}

/** @param {unknown} message */
function onMessage(message) {
  if (message === 'shutdown') told('message');
  if (message !== 'go') return;
  clearInterval(stay);
  if (isMainThread) process.disconnect();
  else parentPort?.close();
}

if (how !== 'defaults') process.on('SIGTERM', () => told('signal'));
if (isMainThread) process.on('message', onMessage);
else parentPort?.on('message', onMessage);
say('started');
