import { type ServerResponse } from 'node:http';
import { writtenHead } from '../../internals/node-answers.js';
import { type Range } from '../../options/settings.js';
import { mute } from '../wire/muted-response.js';

const EVENT_STREAM = /^content-type: *text\/event-stream/im;

/**
 * Whether an answer that has begun is a stream of server-sent events. Headers passed to `writeHead` can only be read
 * from the head that was written. Where that cannot be read, only headers that were set before are seen.
 */
export function isEventStream(response: ServerResponse): boolean {
  if (!response.headersSent) return false;
  const head = writtenHead(response);
  if (head !== undefined) return EVENT_STREAM.test(head);
  return String(response.getHeader('Content-Type')).toLowerCase().startsWith('text/event-stream');
}

/**
 * Sends an `EventSource` the time after which it connects again: a random one, so that clients do not all come back at
 * once. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function sendRetry(response: ServerResponse, retryMs: Range): void {
  response.write(`${retryLine(retryMs)}\n`);
}

/** Milliseconds, at random within the range. */
function retryLine({ min, max }: Range): string {
  return `retry: ${Math.round(min + Math.random() * (max - min))}\n`;
}

/**
 * Ends a stream that the handler writes by itself, and sends the time after which to connect again. Later writes of the
 * handler are dropped and do not fail. No blank line is sent: it would complete a half-written event. Without it the
 * client drops that event, and still reads the `retry` line.
 */
export function endWrittenStream(response: ServerResponse, retryMs: Range): void {
  response.end(retryLine(retryMs));
  mute(response);
}
