import { type ServerResponse } from 'node:http';
import { writtenHead } from '../../internals/node-answers.js';
import { type Range } from '../../options/settings.js';
import { mute } from '../wire/muted-response.js';

const EVENT_STREAM = /^content-type: *text\/event-stream/im;

/**
 * Whether an answer that has begun is a stream of server-sent events. Headers given to `writeHead` are nowhere to be
 * asked for but in the head itself; without it only those set before are seen.
 */
export function isEventStream(response: ServerResponse): boolean {
  if (!response.headersSent) return false;
  const head = writtenHead(response);
  if (head !== undefined) return EVENT_STREAM.test(head);
  return String(response.getHeader('Content-Type')).toLowerCase().startsWith('text/event-stream');
}

/**
 * Tells an `EventSource` when it may come back. Everybody a different time, so that they do not all come back at once.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function sendRetry(response: ServerResponse, retryMs: Range): void {
  response.write(`${retryLine(retryMs)}\n`);
}

/** Milliseconds, anything within the range. */
function retryLine({ min, max }: Range): string {
  return `retry: ${Math.round(min + Math.random() * (max - min))}\n`;
}

/**
 * Ends a stream that somebody writes by hand, and tells when to come back; what they write afterwards goes nowhere, and
 * fails nowhere either. No blank line follows, which would make an event of what was half written before anybody looked:
 * without one it is dropped, and the line is heard all the same.
 */
export function endByHand(response: ServerResponse, retryMs: Range): void {
  response.end(retryLine(retryMs));
  mute(response);
}
