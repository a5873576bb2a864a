import { ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/**
 * The head of an answer as it was written, with what was given to `writeHead` alone; `undefined` before, and where Node
 * keeps it no longer. `_header` is private; read in Node 20 to 26, `lib/_http_outgoing.js`.
 */
export function writtenHead({ _header: head }: ServerResponse & { readonly _header?: unknown }): string | undefined {
  return typeof head === 'string' ? head : undefined;
}

/** A header of an answer whose head has been written; where the head cannot be read, what was set before. */
export function writtenHeader(response: ServerResponse, name: string): string | undefined {
  const head = writtenHead(response);
  if (head !== undefined) return new RegExp(`^${name}: *([^\\r\\n]*)`, 'im').exec(head)?.[1];
  const value = response.getHeader(name);
  return value === undefined ? undefined : String(value);
}

/**
 * The answer that is being sent on a socket; Node gives the next one its turn before this one's 'close'. Private, read in
 * Node 20 to 26 (`lib/_http_server.js`); where it has gone, another answer is given without its turn.
 */
export function answerOn({
  _httpMessage: answer,
}: Socket & { readonly _httpMessage?: unknown }): ServerResponse | undefined {
  return answer instanceof ServerResponse ? answer : undefined;
}
