import { type Arrival } from './arrivals.js';
import { type ClientWorld } from './client-world.js';
import { EventStreamMemory } from './event-stream/event-stream-memory.js';
import { exchangeEventStream } from './event-stream/event-stream-exchange.js';
import { type GrpcCalls } from './grpc/grpc-calls.js';
import { exchangeOverGrpc } from './grpc/grpc-exchange.js';
import { type GrpcMethod } from './grpc/grpc-schema.js';
import { Http1Connection } from './http1/http1-connection.js';
import { exchangeOverHttp1 } from './http1/http1-exchange.js';
import { Http1Pool } from './http1/http1-pool.js';
import { type Http2Connection } from './http2/http2-connection.js';
import { exchangeOverHttp2 } from './http2/http2-exchange.js';
import { Http2Pool } from './http2/http2-pool.js';
import { type LoadPlan, MOST_STAYING, type RequestKind } from './load-plan.js';
import { type Outcome } from './outcome.js';
import { type RequestKeeper } from './request-keeper.js';
import { Visit } from './visit.js';
import { exchangeWebSocket } from './web-socket/web-socket-exchange.js';

/** WebSockets have no rule for when to come back; this is short, so that a rehearsal sees it. */
const WEB_SOCKET_BACK_MS = 500;

/** A client of gRPC waits so long before it connects again (gRPC's connection backoff). */
const GRPC_BACK_MS = 1000;

/** All clients: they know which transport a kind takes, and keep the connections that outlive a request. */
export class Clients {
  readonly #http1: Http1Pool;
  readonly #http2: Http2Pool;
  /** A client of gRPC keeps one connection: so many clients. */
  readonly #grpc: Http2Pool;
  #calls: GrpcCalls = new Map();
  readonly #staying = new Map<RequestKind, number>();

  constructor(
    { keepAliveConnections }: LoadPlan,
    private readonly world: ClientWorld,
    private readonly keeper: RequestKeeper,
  ) {
    this.#http1 = new Http1Pool(world.address, keepAliveConnections);
    this.#http2 = new Http2Pool(world.address, keepAliveConnections);
    this.#grpc = new Http2Pool(world.address, keepAliveConnections);
  }

  /** Says which methods the calls of gRPC are. To be called before the first of them is played. */
  learn(calls: GrpcCalls): void {
    this.#calls = calls;
  }

  /** Whether it has an end to wait for. */
  hasEnd(kind: RequestKind): boolean {
    if (kind.transport === 'grpc') return !this.#methodOf(kind).answersMany;
    return kind.transport === 'http1' || kind.transport === 'http2';
  }

  /** Plays one arrival to its end; a stream with all its connections. */
  async play({ kind, client }: Pick<Arrival, 'kind' | 'client'>): Promise<void> {
    switch (kind.transport) {
      case 'http1':
        return client === 'fresh' ? this.#askFresh(kind) : this.#askKeptAlive(kind);
      case 'http2':
        return this.#askHttp2(kind);
      case 'grpc':
        return this.#call(kind);
      case 'event-stream':
        return this.#stay(kind, () => this.#stayOnEventStream(kind));
      case 'websocket':
        return this.#stay(kind, () => this.#stayOnWebSocket(kind));
    }
  }

  /** A client of its own, with its own connection, for one request after the other. */
  closedLoopClient(): { ask(kind: RequestKind): Promise<void>; close(): void } {
    let connection: Http1Connection | undefined;
    return {
      ask: async (kind) => {
        if (kind.transport === 'http2') return this.#askHttp2(kind);
        if (kind.transport === 'grpc') return this.#call(kind);
        await this.keeper.keep(kind, 'closed-loop', (question) => {
          if (connection?.isUsable !== true) connection = new Http1Connection(this.world.address, 'keep-alive');
          return exchangeOverHttp1(connection, question, this.world);
        });
      },
      close: () => connection?.destroy(),
    };
  }

  /** Ends the connections that are kept. */
  close(): void {
    this.#http1.close();
    this.#http2.close();
    this.#grpc.close();
  }

  async #askFresh(kind: RequestKind): Promise<void> {
    await this.keeper.keep(kind, 'fresh', async (question) => {
      const connection = new Http1Connection(this.world.address, 'close');
      try {
        return await exchangeOverHttp1(connection, question, this.world);
      } finally {
        connection.destroy();
      }
    });
  }

  async #askKeptAlive(kind: RequestKind): Promise<void> {
    await this.keeper.keep(kind, 'keep-alive', async (question) => {
      const connection = this.#http1.take();
      try {
        return await exchangeOverHttp1(connection, question, this.world);
      } finally {
        this.#http1.release(connection);
      }
    });
  }

  async #askHttp2(kind: RequestKind): Promise<void> {
    let session: Http2Connection | undefined;
    await this.keeper.keep(kind, 'http2', (question) => {
      session = session === undefined ? this.#http2.take() : this.#http2.instead(session);
      return exchangeOverHttp2(session, question, this.world);
    });
  }

  #methodOf(kind: RequestKind): GrpcMethod {
    const method = this.#calls.get(kind);
    if (method === undefined) throw new Error(`what ${kind.name} calls has not been looked up`);
    return method;
  }

  async #call(kind: RequestKind): Promise<void> {
    const method = this.#methodOf(kind);
    if (!method.answersMany) return void (await this.#callOnce(kind, 'grpc', method));
    await this.#stay(kind, async () => {
      const visit = new Visit(this.world, kind.openFor);
      await visit.connectAgainAndAgain(
        () => this.#callOnce(kind, 'grpc-stream', method, visit),
        () => GRPC_BACK_MS,
      );
    });
  }

  #callOnce(kind: RequestKind, client: 'grpc' | 'grpc-stream', method: GrpcMethod, visit?: Visit): Promise<Outcome> {
    let connection: Http2Connection | undefined;
    return this.keeper.keep(kind, client, (question) => {
      connection = connection === undefined ? this.#grpc.take() : this.#grpc.instead(connection);
      return exchangeOverGrpc({ connection, question, method, visit }, this.world);
    });
  }

  async #stay(kind: RequestKind, visit: () => Promise<void>): Promise<void> {
    const staying = this.#staying.get(kind) ?? 0;
    if (kind.openFor === undefined && staying >= MOST_STAYING) return;
    this.#staying.set(kind, staying + 1);
    try {
      await visit();
    } finally {
      this.#staying.set(kind, (this.#staying.get(kind) ?? 1) - 1);
    }
  }

  async #stayOnEventStream(kind: RequestKind): Promise<void> {
    const visit = new Visit(this.world, kind.openFor);
    const memory = new EventStreamMemory();
    const connect = () =>
      this.keeper.keep(kind, 'event-stream', (question) =>
        exchangeEventStream(question, this.world, { visit, memory }),
      );
    await visit.connectAgainAndAgain(connect, () => memory.retryMs);
  }

  async #stayOnWebSocket(kind: RequestKind): Promise<void> {
    const visit = new Visit(this.world, kind.openFor);
    const connect = () =>
      this.keeper.keep(kind, 'websocket', (question) => exchangeWebSocket(question, this.world, visit));
    await visit.connectAgainAndAgain(connect, () => WEB_SOCKET_BACK_MS);
  }
}
