import { ServerResponse } from 'node:http';
import { type Socket } from 'node:net';

/**
 * The head of an answer as it was written, including headers that were only passed to `writeHead`; `undefined` before
 * that, and where Node does not keep it any more. `_header` is private; read in Node 20 to 26, `lib/_http_outgoing.js`.
 */
export function writtenHead({ _header: head }: ServerResponse & { readonly _header?: unknown }): string | undefined {
  return typeof head === 'string' ? head : undefined;
}

/** A header of an answer whose head has been written. Where the head cannot be read, the header as it was set. */
export function writtenHeader(response: ServerResponse, name: string): string | undefined {
  const head = writtenHead(response);
  if (head !== undefined) return new RegExp(`^${name}: *([^\\r\\n]*)`, 'im').exec(head)?.[1];
  const value = response.getHeader(name);
  return value === undefined ? undefined : String(value);
}

/**
 * The answer that is being sent on a socket. Node sends the next one before this one emits 'close'. Private, read in
 * Node 20 to 26 (`lib/_http_server.js`). Where it does not exist any more, another answer is sent without waiting for
 * its turn.
 */
export function answerOn({
  _httpMessage: answer,
}: Socket & { readonly _httpMessage?: unknown }): ServerResponse | undefined {
  return answer instanceof ServerResponse ? answer : undefined;
}

/** Whether an answer is the one that is being sent on a socket. Asked for every request, so it looks at nothing else. */
export function isAnswerOn(socket: Socket & { readonly _httpMessage?: unknown }, response: ServerResponse): boolean {
  return socket._httpMessage === response;
}
