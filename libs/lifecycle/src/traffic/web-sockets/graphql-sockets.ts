import { nextTurn } from '../../deadline/clock.js';
import { type OpenConnection, type Run } from './open-connection.js';
import { type WebSockets } from './web-sockets.js';
import { isWsClient, type WsClient } from './ws-peer.js';

/** What a server of graphql-ws keeps for each connection; documented in 6, `Context` and the `Extra` of `use/ws`. */
export interface GraphqlContext {
  /** By the id of the operation: its stream, or `null` while it has none. */
  readonly subscriptions: Record<string, unknown>;
  readonly extra?: { readonly socket?: unknown };
}

/** The hooks of a server of graphql-ws that are used here. Their return values are passed on. */
export interface GraphqlHooks {
  onConnect?: GraphqlHook;
  onSubscribe?: GraphqlHook;
  onError?: GraphqlHook;
  onComplete?: GraphqlHook;
}

type GraphqlHook = (context: GraphqlContext, ...args: unknown[]) => unknown;

/** One connection, and its operations by id. */
interface Known {
  readonly connection: OpenConnection;
  readonly operations: Map<unknown, Run>;
}

/**
 * Closes connections of graphql-ws like those of gateways: queries and mutations finish, each subscription gets its
 * `complete`, and then the socket closes. A subscription that waits for events is not counted as work.
 */
export class GraphqlSockets {
  readonly #known = new WeakMap<GraphqlContext, Known>();

  constructor(private readonly webSockets: WebSockets) {}

  /** The hooks of a server, each with ours before or after it. */
  hooked<T extends GraphqlHooks>(hooks: T): T & Required<GraphqlHooks> {
    return {
      ...hooks,
      onConnect: (context, ...args) => {
        this.#connected(context);
        return hooks.onConnect?.(context, ...args);
      },
      onSubscribe: (context, id, ...args) => {
        this.#started(context, id);
        return hooks.onSubscribe?.(context, id, ...args);
      },
      onError: (context, id, ...args) => this.#afterwards(hooks.onError?.(context, id, ...args), { context, id }),
      onComplete: (context, id, ...args) => this.#afterwards(hooks.onComplete?.(context, id, ...args), { context, id }),
    };
  }

  #connected(context: GraphqlContext): void {
    const socket = context.extra?.socket;
    if (!isWsClient(socket)) return;
    this.webSockets.opened(socket);
    const connection = this.webSockets.connectionOf(socket);
    if (connection === undefined) return;
    const known = { connection, operations: new Map<unknown, Run>() };
    this.#known.set(context, known);
    connection.addStream(() => this.#endSubscriptions(context, known, socket));
  }

  #started(context: GraphqlContext, id: unknown): void {
    const known = this.#known.get(context);
    if (known === undefined) return;
    const operation: Run = { isLongLived: false };
    // A client may use an id again; the operation that had it is over by then.
    end(known, id, known.operations.get(id));
    known.operations.set(id, operation);
    known.connection.started(operation);
  }

  /** The last message of an operation is sent after its hook has returned. */
  async #afterwards(returned: unknown, { context, id }: { readonly context: GraphqlContext; readonly id: unknown }) {
    const result = await returned;
    const known = this.#known.get(context);
    const operation = known?.operations.get(id);
    void nextTurn().then(() => (known === undefined ? undefined : end(known, id, operation)));
    return result;
  }

  #endSubscriptions(context: GraphqlContext, known: Known, socket: WsClient & { send?(data: string): void }): void {
    for (const [id, operation] of known.operations) {
      const stream = context.subscriptions[String(id)];
      // It failed in a way that calls no hook.
      if (stream === undefined) end(known, id, operation);
      if (!isGenerator(stream)) continue;
      void Promise.resolve(stream.return(undefined)).catch(() => undefined);
      void this.#completed(context, id, stream).then((isCompleted) => {
        if (isCompleted) return;
        // The generator is stuck in an `await`. Values that it yields later are dropped.
        delete context.subscriptions[String(id)];
        socket.send?.(JSON.stringify({ id, type: 'complete' }));
        end(known, id, operation);
      });
    }
  }

  async #completed(context: GraphqlContext, id: unknown, stream: unknown): Promise<boolean> {
    await nextTurn();
    return context.subscriptions[String(id)] !== stream;
  }
}

function end({ connection, operations }: Known, id: unknown, operation: Run | undefined): void {
  if (operation === undefined || operations.get(id) !== operation) return;
  operations.delete(id);
  connection.ended(operation);
}

function isGenerator(value: unknown): value is AsyncGenerator {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'return') === 'function';
}
