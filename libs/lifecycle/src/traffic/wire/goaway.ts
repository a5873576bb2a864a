import { type ServerResponse } from 'node:http';
import { nextTurn } from '../../deadline/clock.js';

/** Of an HTTP/2 session, as far as it is needed to leave it. */
export interface Http2Carrier {
  /** GOAWAY, then the end once its streams have ended. */
  close?(): unknown;
  goaway?(code: number, lastStreamId: number): unknown;
  readonly destroyed: boolean;
}

/** Of HTTP/2 (RFC 9113 §7). */
const NO_ERROR = 0;
const HIGHEST_STREAM = 2 ** 31 - 1;

type End = (...args: unknown[]) => ServerResponse;

/** Calls `before` when the last of an answer is about to be sent, so that what it sends leaves in the same write. */
export function beforeEnd(response: ServerResponse, before: () => void): void {
  // Its overloads differ in what they send and whom they tell.
  const end = response.end.bind(response) as End;
  const endAfter: End = (...args) => {
    before();
    return end(...args);
  };
  response.end = endAfter;
}

/**
 * GOAWAY as a notice, and the final one a turn later (RFC 9113 §6.8). From the notice on Node ignores new streams,
 * whatever stream it names: nghttp2 knows a notice that does not, which Node (20 to 26) has no way to send. So it is
 * only safe to say when the client has nothing on the wire; what crosses it all the same is refused by the final one, at
 * once, and may be sent again.
 */
export function sayGoaway(carrier: Http2Carrier): void {
  // A session that has gone throws.
  if (carrier.destroyed) return;
  carrier.goaway?.(NO_ERROR, HIGHEST_STREAM);
  void nextTurn().then(() => carrier.close?.());
}
