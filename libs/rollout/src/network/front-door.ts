import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type Socket } from 'node:net';

/** A request as a client sent it, over HTTP/1.1 or HTTP/2. */
export type FrontRequest = IncomingMessage | Http2ServerRequest;

/** Where its answer goes. */
export type FrontResponse = ServerResponse | Http2ServerResponse;

/** Who serves what comes in. */
export interface FrontHandlers {
  /** A client that waits for 100 (Continue) has not sent its body (RFC 9110 §10.1.1). */
  readonly onRequest: (request: FrontRequest, response: FrontResponse) => void;
  /** WebSockets and the like. The connection is the handler's from then on; `head` has come already. */
  readonly onUpgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void;
}

/** How HTTP/2 begins without TLS (RFC 9113 §3.4); no method of HTTP/1.1 begins like it. */
const HTTP2_PREFACE = Buffer.from('PRI');

/** Limits of a front are no limits of the service: none of them ends a client's connection. */
const NO_LIMITS = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 };

/** Reads HTTP/1.1, or HTTP/2 with prior knowledge, from the same port: the first bytes of a connection show which. */
export function frontDoor({ onRequest, onUpgrade }: FrontHandlers): (socket: Socket) => void {
  const http1 = createServer(NO_LIMITS);
  http1.on('request', onRequest).on('checkContinue', onRequest);
  http1.on('upgrade', onUpgrade);
  const http2 = createHttp2Server();
  http2.on('request', onRequest).on('checkContinue', onRequest);
  return (socket) => withFirstBytes(socket, (isHttp2) => void (isHttp2 ? http2 : http1).emit('connection', socket));
}

function withFirstBytes(socket: Socket, handOver: (isHttp2: boolean) => void): void {
  let seen = Buffer.alloc(0);
  const giveUp = (): void => void socket.destroy();
  const look = (bytes: Buffer): void => {
    seen = Buffer.concat([seen, bytes]);
    if (seen.length < HTTP2_PREFACE.length) return;
    for (const end of ['end', 'error']) socket.off(end, giveUp);
    socket.off('data', look).pause().unshift(seen);
    handOver(seen.subarray(0, HTTP2_PREFACE.length).equals(HTTP2_PREFACE));
    // What it was handed to has to listen before the bytes come again.
    process.nextTick(() => socket.resume());
  };
  for (const end of ['end', 'error']) socket.once(end, giveUp);
  socket.on('data', look);
}
