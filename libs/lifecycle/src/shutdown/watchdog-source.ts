/**
 * What the thread of the watchdog runs: plain JavaScript in a text, because a file of its own would have to be found by every bundler. It
 * pauses the main thread for the moment in which its stack is read; the session ends behind that, and with it any pause.
 */
export const WATCHDOG_SOURCE = `
const { workerData: { beats, port, blockMs, endsAt, mostFrames } } = require('node:worker_threads');
const { Session } = require('node:inspector');
const { writeSync } = require('node:fs');
const counter = new Int32Array(beats);
let beat = -1;
let since = Date.now();
let stack;
let session;
let isTold = false;

function textOf(frame, urls) {
  const { functionName, url, location: { scriptId, lineNumber, columnNumber = 0 } } = frame;
  const file = url || urls.get(scriptId) || '(no file)';
  return (functionName || '(anonymous)') + ' (' + file + ':' + (lineNumber + 1) + ':' + (columnNumber + 1) + ')';
}

function end() {
  const ended = session;
  session = undefined;
  try { if (ended) ended.disconnect(); } catch {}
}

function read() {
  const urls = new Map();
  try {
    session = new Session();
    session.connectToMainThread();
    session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => {
      stack = params.callFrames.slice(0, mostFrames).map((frame) => textOf(frame, urls));
      port.postMessage(stack);
      end();
    });
    session.post('Debugger.enable', () => {});
    session.post('Debugger.pause', () => {});
  } catch {
    end();
  }
}

setInterval(() => {
  const now = Date.now();
  const next = Atomics.load(counter, 0);
  if (next !== beat) {
    beat = next;
    since = now;
    stack = undefined;
    end();
    return;
  }
  if (now - since >= blockMs && stack === undefined) {
    stack = [];
    read();
  }
  // Native code is read when it returns: it has a second.
  const isKnown = stack !== undefined && (stack.length > 0 || now - since >= blockMs + 1000);
  if (now >= endsAt && isKnown && !isTold) {
    isTold = true;
    const where = stack.length === 0 ? 'its stack cannot be read' : 'at ' + stack.join(' < ');
    writeSync(2, '[GracefulShutdown] the budget is used up, and the event loop is blocked for ' + (now - since) + ' ms: ' + where + '\\n');
  }
}, 100);
`;
