import { EventEmitter } from 'node:events';
import { deferred } from '../../deadline/deferred.js';
import { type Deadline } from '../../deadline/deadline.js';
import { grpcServerOf } from '../../internals/nest-transports.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/** A server of @grpc/grpc-js, read in 1.14.7. */
interface GrpcServer {
  tryShutdown(callback: (error?: Error) => void): void;
  forceShutdown(): void;
}

/** An HTTP/2 stream that carries a call. */
interface CallStream {
  once(event: 'close', listener: () => void): unknown;
}

/** Calls that the drain does not wait for: clients watch health and reflection for as long as there is a server. */
const UNAWAITED = /^\/grpc\.(health|reflection)\./;
/**
 * How long the server has to close when nothing runs any more. Its sessions end by themselves once the last answers are sent, and to destroy
 * one before could lose those. A client that watches its health keeps its session open, and is not waited for.
 */
const GOODBYE_MS = 1000;

/** The calls of a gRPC server, also those of services that were added to it by hand, to the last byte of their answers. */
export class GrpcCalls implements Connections {
  readonly isRefusing = false;
  readonly #open = new Map<CallStream, { readonly path: string; readonly startedAt: number }>();
  #onIdle: () => void = () => undefined;
  readonly #stopped = deferred();
  readonly #isSeen: boolean;

  constructor(
    private readonly grpc: GrpcServer,
    private readonly parts: ConnectionsParts,
  ) {
    const servers = http2ServersOf(grpc);
    this.#isSeen = servers.length > 0;
    for (const server of servers) server.prependListener('stream', this.#arrived);
  }

  /** Tells every client to go (GOAWAY). The calls that are there go on; a new one finds no server. */
  async stopAccepting(): Promise<void> {
    const { grpc, parts } = this;
    parts.guard('tryShutdown() of the gRPC server', undefined, () => grpc.tryShutdown(this.#stopped.resolve));
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    if (this.#isSeen) await deadline.settle(this.#whenIdle());
    if (this.#open.size === 0) await deadline.within(GOODBYE_MS).settle(this.#stopped.promise);
  }

  terminate(running: readonly string[]): void {
    const now = this.parts.clock.now();
    const named = [...running];
    const left = this.#awaited().filter(({ path }) => !isNamed(path, named));
    const items = left.map(({ path, startedAt }) => ({
      kind: 'message' as const,
      name: path.slice(1),
      ageMs: Math.round(now - startedAt),
    }));
    if (items.length > 0) this.parts.onCut(items);
    this.parts.guard('forceShutdown() of the gRPC server', undefined, () => this.grpc.forceShutdown());
  }

  readonly #arrived = (stream: CallStream, headers: Readonly<Record<string, unknown>>): void => {
    this.#open.set(stream, { path: String(headers[':path']), startedAt: this.parts.clock.now() });
    stream.once('close', () => {
      this.#open.delete(stream);
      if (this.#awaited().length === 0) this.#onIdle();
    });
  };

  #awaited(): { readonly path: string; readonly startedAt: number }[] {
    return [...this.#open.values()].filter(({ path }) => !UNAWAITED.test(path));
  }

  #whenIdle(): Promise<void> {
    if (this.#awaited().length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }
}

/** Whether the handler of a call runs, and so is named by itself: `/shop.Prices/Find` is `Prices/Find`. Takes its name. */
function isNamed(path: string, running: string[]): boolean {
  const index = running.findIndex((name) => path === `/${name}` || path.endsWith(`.${name}`));
  if (index >= 0) running.splice(index, 1);
  return index >= 0;
}

/** Follows the calls of a server of Nest's gRPC transport; `undefined` for every other, and for one that has changed. */
export function grpcCalls(server: object, parts: ConnectionsParts): GrpcCalls | undefined {
  const grpc = grpcServerOf(server);
  return isGrpcServer(grpc) ? new GrpcCalls(grpc, parts) : undefined;
}

function isGrpcServer(value: unknown): value is GrpcServer {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['tryShutdown', 'forceShutdown'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** Private; read in @grpc/grpc-js 1.14.7. Where it has gone, only calls that Nest hands over are seen. */
function http2ServersOf(grpc: object): EventEmitter[] {
  const servers: unknown = Reflect.get(grpc, 'http2Servers');
  if (!(servers instanceof Map)) return [];
  return [...servers.keys()].filter((server): server is EventEmitter => server instanceof EventEmitter);
}
