import { request as httpRequest, IncomingMessage, ServerResponse, type ClientRequest } from 'node:http';
import { IDEMPOTENT_METHODS } from 'nestjs-lifecycle-shared';
import { constants } from 'node:http2';
import { type Socket } from 'node:net';
import { answerByBalancer, type BalancerReason } from './balancer-answer.js';
import { forwardedHeaders } from './forwarded-headers.js';
import { type FrontRequest, type FrontResponse } from './front-door.js';
import { LOOPBACK, reset } from './loopback-server.js';
import { type Destination, type Route } from './route.js';

/** What a client asked, and how. */
export interface FrontExchange {
  readonly request: FrontRequest;
  readonly response: FrontResponse;
}

/**
 * One request on its way to a pod, and the answer on its way back, both as they come. A failure before the answer begins is tried
 * elsewhere if the route allows: always when no connection could be opened, and otherwise only what is idempotent and has no
 * body, of which nothing has been used up. A failure within the answer is a reset for the client.
 */
export class RequestExchange {
  readonly #hasBody: boolean;
  #outgoing: ClientRequest | undefined;
  #isOver = false;

  constructor(
    private readonly front: FrontExchange,
    private readonly route: Route,
    private readonly sinceStart: () => number,
  ) {
    this.#hasBody = hasBody(front.request);
  }

  start(): void {
    const { request, response } = this.front;
    response.on('close', () => this.#abandon());
    for (const side of [request, response]) side.on('error', () => this.#abandon());
    this.#try({ reason: 'no-endpoints', detail: 'The balancer knows of no endpoint.' });
  }

  /** `failure` is what the client gets when no endpoint is left to try. */
  #try(failure: { readonly reason: BalancerReason; readonly detail: string }): void {
    const destination = this.route.next();
    if (destination === undefined) return this.#giveUp(failure.reason, failure.detail);
    const { address, attempt, endpoint } = destination;
    // The address does not even refuse: the client waits for as long as it likes.
    if (address === 'silent') return void this.front.request.resume();
    if (address === 'there') return this.#send(destination);
    attempt.connect = 'refused';
    this.#try({ reason: 'refused', detail: `${endpoint.pod} has gone and refuses connections.` });
  }

  #send(destination: Destination): void {
    const { request } = this.front;
    const { endpoint, pool, attempt } = destination;
    const outgoing = httpRequest({
      agent: pool,
      host: LOOPBACK,
      port: endpoint.port,
      method: request.method,
      path: request.url,
      headers: this.#headers(),
    });
    this.#outgoing = outgoing;
    outgoing.on('socket', (socket) =>
      whenOpen(socket, () => {
        attempt.connect = 'open';
        attempt.connectedAt = pool.openedAt(socket, this.sinceStart());
        attempt.wasDelivered = true;
        if (this.#hasBody) this.#sendBody(outgoing);
      }),
    );
    outgoing.on('continue', () => this.front.response.writeContinue());
    outgoing.on('response', (answer) => {
      attempt.endsConnection = !outgoing.shouldKeepAlive;
      this.#passBack(answer);
    });
    outgoing.on('error', (error) => this.#failed(outgoing, destination, error));
    if (this.#hasBody) outgoing.flushHeaders();
    else outgoing.end();
  }

  #headers() {
    const { request } = this.front;
    const isChunked = this.#hasBody && request.headers['content-length'] === undefined;
    const headers = forwardedHeaders(request.rawHeaders, { hasTrailers: isChunked });
    return isChunked ? { ...headers, 'transfer-encoding': 'chunked' } : headers;
  }

  #sendBody(outgoing: ClientRequest): void {
    const { request } = this.front;
    request.pipe(outgoing, { end: false });
    request.once('end', () => {
      if (outgoing.destroyed) return;
      if (request.rawTrailers.length > 0) outgoing.addTrailers(trailersOf(request));
      outgoing.end();
    });
  }

  #failed(outgoing: ClientRequest, { attempt, endpoint }: Destination, error: Error): void {
    if (this.#isOver || outgoing !== this.#outgoing) return;
    this.front.request.unpipe(outgoing);
    // The answer has come and decides what became of the request; the rest of the body is discarded.
    if (this.front.response.headersSent) return void this.front.request.resume();
    const wasOpen = attempt.connect === 'open';
    if (!wasOpen) attempt.connect = 'refused';
    const reason = wasOpen ? 'reset' : 'refused';
    const detail = `${endpoint.pod}: ${error.message}`;
    if (wasOpen && !(IDEMPOTENT_METHODS.has(this.front.request.method ?? '') && !this.#hasBody))
      this.#giveUp(reason, detail);
    else this.#try({ reason, detail });
  }

  #giveUp(reason: BalancerReason, detail: string): void {
    this.#isOver = true;
    this.front.request.resume();
    answerByBalancer(this.front.response, reason, detail);
  }

  #passBack(answer: IncomingMessage): void {
    const { request, response } = this.front;
    if (this.#isOver) return void answer.destroy();
    response.statusCode = answer.statusCode ?? 502;
    if (response instanceof ServerResponse) response.statusMessage = answer.statusMessage ?? '';
    const hasTrailers = canHaveTrailers(request, answer);
    for (const [name, value] of Object.entries(forwardedHeaders(answer.rawHeaders, { hasTrailers }))) {
      if (value !== undefined) response.setHeader(name, value);
    }
    sendHeaders(response);
    answer.on('error', () => this.#cut());
    answer.once('end', () => {
      this.#isOver = true;
      if (hasTrailers && answer.rawTrailers.length > 0) response.addTrailers(trailersOf(answer));
      response.end();
    });
    answer.pipe(response, { end: false });
  }

  /** The pod ended within its answer: so does the answer, in a way that cannot be taken for its end. */
  #cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { request } = this.front;
    if (request instanceof IncomingMessage) reset(request.socket);
    else request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** The client has gone, or has its whole answer; in both cases the rest of its request is not needed. */
  #abandon(): void {
    if (this.#isOver && this.#outgoing?.writableEnded !== false) return;
    this.#isOver = true;
    this.#outgoing?.destroy();
    // A pipe into what has been destroyed would pause it again.
    this.front.request.unpipe();
    this.front.request.resume();
  }
}

function whenOpen(socket: Socket, action: () => void): void {
  if (socket.connecting) socket.once('connect', action);
  else action();
}

/** At once: an event stream may say nothing for a while, and that it has begun is news. */
function sendHeaders(response: FrontResponse): void {
  if (response instanceof ServerResponse) response.flushHeaders();
  else response.writeHead(response.statusCode);
}

/** HTTP/1.1 says so in its headers (RFC 9112 §6.3), HTTP/2 by not ending the stream with them. */
function hasBody(request: FrontRequest): boolean {
  if (!(request instanceof IncomingMessage)) return !request.stream.endAfterHeaders;
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  return encoding !== undefined || (length !== undefined && Number(length) > 0);
}

function canHaveTrailers(request: FrontRequest, answer: IncomingMessage): boolean {
  const isOldClient = request.httpVersionMajor < 2 && request.httpVersion !== '1.1';
  return !isOldClient && request.method !== 'HEAD' && answer.headers['content-length'] === undefined;
}

function trailersOf({ rawTrailers }: { readonly rawTrailers: readonly string[] }) {
  return forwardedHeaders(rawTrailers, { hasTrailers: false });
}
