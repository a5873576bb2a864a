import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule, Query, Resolver, Subscription } from '@nestjs/graphql';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';

/** A GraphQL API whose subscription says one thing and then waits; Nest listens to the signals of `HOOK_SIGNALS`. */
const typeDefs = 'type Query { hello: String! } type Subscription { ticks: Int! }';

/** One tick, and the end when the subscriber, or the server, asks for it. */
function oneTick(): AsyncIterableIterator<{ ticks: number }> {
  let end: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  const ended = new Promise<IteratorReturnResult<undefined>>((resolve) => (end = resolve));
  const ticks = [1];
  const iterator: AsyncIterableIterator<{ ticks: number }> = {
    next: async () => {
      const [tick] = ticks.splice(0);
      return tick === undefined ? ended : { done: false, value: { ticks: tick } };
    },
    return: () => {
      end({ done: true, value: undefined });
      return ended;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

@Resolver()
class ApiResolver {
  @Query('hello')
  hello(): string {
    return 'hello';
  }

  @Subscription('ticks')
  ticks(): unknown {
    return oneTick();
  }
}

// Written as JSON by the test.
const options = JSON.parse(process.env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({
  imports: [
    GracefulShutdownModule.forRoot(options),
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      typeDefs,
      playground: false,
      subscriptions: { 'graphql-ws': true },
    }),
  ],
  providers: [ApiResolver],
})
class ServiceModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(ServiceModule);
  app.enableShutdownHooks(process.env['HOOK_SIGNALS']?.split(','));
  const shutdown = app.get(GracefulShutdown);
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  console.log(`listening on ${new URL(await app.getUrl()).port}`);
}

void main();
