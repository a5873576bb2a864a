import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, query } from '../run/exchanges.js';

const typeDefs = `
  type Query { hello: String! }
  type Subscription { ticks(upTo: Int!): Int! }
`;

export const application: FrameworkApplication = {
  shows: 'GraphQL subscriptions over graphql-ws: until their end, and until the client leaves',
  kinds: HTTP,
  module: ({ journal }) => {
    @Resolver()
    class TicksResolver {
      @Query('hello')
      hello(): string {
        return 'hello';
      }

      @Subscription('ticks')
      async *ticks(_: unknown, { upTo }: { upTo: number }): AsyncGenerator<{ ticks: number }> {
        journal.note(`ticks up to ${upTo}`);
        for (let tick = 1; tick <= upTo; tick += 1) yield { ticks: tick };
      }
    }
    return {
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          typeDefs,
          subscriptions: { 'graphql-ws': { onDisconnect: () => journal.note('disconnected') } },
        }),
      ],
      providers: [TicksResolver],
    };
  },
  exchanges: [
    query('{ hello }'),
    exchange('a subscription', async ({ url, journal }) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      const results: unknown[] = [];
      for await (const result of client.iterate({ query: 'subscription { ticks(upTo: 3) }' })) results.push(result);
      await client.dispose();
      await journal.until('disconnected');
      return results;
    }),
  ],
};
