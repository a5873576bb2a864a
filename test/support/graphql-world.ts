import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Gate } from './gate.js';
import { type Adapter, ask, type HttpApp, type HttpAppParts, startHttpApp } from './http-app.js';
import { type Answer } from './http-client.js';
import { killAfterTest } from './started-programs.js';
import { type Close } from './ws-client.js';

const typeDefs = `
  type Query { hello: String!, slow: String! }
  type Mutation { pay: String! }
  type Subscription { ticks: Int!, stuck: Int! }
`;

/** An application with a GraphQL API, and what the test opens and publishes. */
export interface GraphqlWorld extends HttpApp {
  /** `slow` and `pay` wait here. */
  readonly slow: Gate;
  readonly ticks: Ticks;
}

/** What subscriptions of `ticks` get. */
export class Ticks {
  readonly #subscribers = new Set<(value: number | undefined) => void>();

  get count(): number {
    return this.#subscribers.size;
  }

  publish(value: number): void {
    for (const tell of [...this.#subscribers]) tell(value);
  }

  subscribe(): AsyncIterableIterator<{ ticks: number }> {
    const queue: number[] = [];
    const state = { isOver: false };
    let wake: () => void = () => undefined;
    const tell = (value: number | undefined): void => {
      if (value !== undefined) queue.push(value);
      wake();
    };
    this.#subscribers.add(tell);
    const end = (): { done: true; value: undefined } => {
      state.isOver = true;
      this.#subscribers.delete(tell);
      wake();
      return { done: true, value: undefined };
    };
    const iterator: AsyncIterableIterator<{ ticks: number }> = {
      next: async () => {
        while (queue.length === 0 && !state.isOver) await new Promise<void>((resolve) => (wake = resolve));
        const ticks = queue.shift();
        return ticks === undefined ? end() : { done: false, value: { ticks } };
      },
      return: async () => end(),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}

export async function startGraphqlWorld(
  adapter: Adapter,
  parts: HttpAppParts = {},
  graphql: Partial<ApolloDriverConfig> = {},
): Promise<GraphqlWorld> {
  const slow = new Gate();
  const ticks = new Ticks();
  const never = new Gate();

  @Resolver()
  class ApiResolver {
    @Query('hello')
    hello(): string {
      return 'hello';
    }

    @Query('slow')
    async slow(): Promise<string> {
      await slow.pass();
      return 'slow';
    }

    @Mutation('pay')
    async pay(): Promise<string> {
      await slow.pass();
      return 'paid';
    }

    @Subscription('ticks')
    ticks(): unknown {
      return ticks.subscribe();
    }

    /** Cannot be told to end while it waits. */
    @Subscription('stuck')
    async *stuck(): AsyncGenerator<{ stuck: number }> {
      yield { stuck: 1 };
      await never.pass();
    }
  }

  const module = GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    typeDefs,
    playground: false,
    subscriptions: { 'graphql-ws': true },
    ...graphql,
  });
  const world = await startHttpApp(adapter, { ...parts, imports: [module], providers: [ApiResolver] });
  return { ...world, slow, ticks };
}

/** A query over HTTP, on a connection of its own. */
export function query(url: string, text: string): Promise<Answer> {
  return ask(url, {
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
}

/** A client of graphql-ws, and everything that happens to it, in order. */
export class GraphqlClient {
  readonly happened: string[] = [];
  readonly #client: Client;
  #close: (close: Close) => void = () => undefined;
  #hear: () => void = () => undefined;
  /** Resolves once anything has come for what was started. */
  readonly heard = new Promise<void>((resolve) => {
    this.#hear = resolve;
  });
  readonly closed = new Promise<Close>((resolve) => {
    this.#close = resolve;
  });

  constructor(url: string) {
    this.#client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      on: {
        closed: (event) => {
          // graphql-ws gives the event of whatever WebSocket it was given.
          const { code, reason } = event as Close;
          this.happened.push(`closed ${code}`);
          this.#close({ code, reason });
        },
      },
    });
    killAfterTest({ kill: async () => this.#client.terminate() });
  }

  /** What comes is kept as `name: data`; the end as `name: complete` or `name: error`. */
  start(name: string, text: string): void {
    const happen = (what: string): void => {
      this.happened.push(`${name}: ${what}`);
      this.#hear();
    };
    this.#client.subscribe(
      { query: text },
      {
        next: ({ data }) => happen(JSON.stringify(data)),
        error: () => happen('error'),
        complete: () => happen('complete'),
      },
    );
  }
}
