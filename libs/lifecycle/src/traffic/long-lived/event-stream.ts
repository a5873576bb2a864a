import { type ServerResponse } from 'node:http';
import { type Range } from '../../options/settings.js';
import { mute } from '../muted-response.js';

const EVENT_STREAM = /^content-type: *text\/event-stream/im;

/**
 * Whether an answer that has begun is a stream of server-sent events. Headers given to `writeHead` are nowhere to be
 * asked for but in the head itself, `_header` (read in Node 20 to 26); without it only those set before are seen.
 */
export function isEventStream(response: ServerResponse & { readonly _header?: unknown }): boolean {
  if (!response.headersSent) return false;
  const head = response._header;
  if (typeof head === 'string') return EVENT_STREAM.test(head);
  return String(response.getHeader('Content-Type')).toLowerCase().startsWith('text/event-stream');
}

/**
 * Tells an `EventSource` when it may come back. Everybody a different time, so that they do not all come back at once.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function sendRetry(response: ServerResponse, retryMs: Range): void {
  response.write(`retry: ${anyRetry(retryMs)}\n\n`);
}

/** Milliseconds, anything within the range. */
function anyRetry({ min, max }: Range): number {
  return Math.round(min + Math.random() * (max - min));
}

/** Ends a stream that somebody writes by hand; what they write afterwards goes nowhere, and fails nowhere either. */
export function endByHand(response: ServerResponse): void {
  response.end();
  mute(response);
}
