import { type ServerResponse } from 'node:http';
import { nextTurn } from '../../deadline/clock.js';

/** The part of an HTTP/2 session that is needed to close it. */
export interface Http2Carrier {
  /** Sends GOAWAY, and closes the session once its streams have ended. */
  close?(): unknown;
  goaway?(code: number, lastStreamId: number): unknown;
  readonly destroyed: boolean;
}

/** Error code and stream id of a GOAWAY notice (RFC 9113 §6.8, §7). */
const NO_ERROR = 0;
const HIGHEST_STREAM = 2 ** 31 - 1;

type End = (...args: unknown[]) => ServerResponse;

/** Calls `before` when the last part of an answer is about to be sent, so that both go out in one write. */
export function beforeEnd(response: ServerResponse, before: () => void): void {
  // The overloads differ in their data and callbacks, which are passed on as they are.
  const end = response.end.bind(response) as End;
  const endAfter: End = (...args) => {
    before();
    return end(...args);
  };
  response.end = endAfter;
}

/**
 * Sends GOAWAY as a notice, and the final GOAWAY a turn later (RFC 9113 §6.8). After the notice Node ignores new
 * streams, although the notice names the highest stream id. nghttp2 has a notice that does not, but Node (20 to 26) has
 * no way to send it. So the notice is only safe while the client has nothing on the wire. A request that crosses it all
 * the same is refused by the final GOAWAY at once, and the client may send it again.
 */
export function sayGoaway(carrier: Http2Carrier): void {
  // A destroyed session throws.
  if (carrier.destroyed) return;
  carrier.goaway?.(NO_ERROR, HIGHEST_STREAM);
  void nextTurn().then(() => carrier.close?.());
}
