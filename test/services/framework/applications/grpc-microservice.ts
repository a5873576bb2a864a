import {
  Controller,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import {
  type ClientGrpc,
  ClientProxyFactory,
  GrpcMethod,
  GrpcStreamMethod,
  RpcException,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, from, lastValueFrom, map, type Observable, of, tap, toArray } from 'rxjs';
import { type FrameworkApplication, type World } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { protoFile } from '../run/prices-proto.js';
import { outcome } from '../run/message-client.js';

interface Price {
  readonly item: string;
  readonly cents: number;
}
interface Prices {
  find(request: { item: string }): Observable<Price>;
  watch(request: { item: string }): Observable<Price>;
  sum(requests: Observable<{ item: string }>): Observable<Price>;
  chat(requests: Observable<{ item: string }>): Observable<Price>;
}

function options(ports: readonly number[]) {
  return { package: 'prices', protoPath: protoFile(), url: `127.0.0.1:${ports[0]}` };
}

async function withPrices<T>({ ports }: World, use: (prices: Prices) => Promise<T>): Promise<T> {
  const client = ClientProxyFactory.create({ transport: Transport.GRPC, options: options(ports) });
  try {
    return await use((client as ClientGrpc).getService<Prices>('Prices'));
  } finally {
    (client as unknown as { close(): void }).close();
  }
}

export const application: FrameworkApplication = {
  shows: 'a gRPC microservice: unary calls, both kinds of stream, errors, interceptors',
  kinds: ['microservice'],
  ports: 1,
  microservice: ({ ports }) => ({ transport: Transport.GRPC, options: options(ports) }),
  module: ({ journal }) => {
    class NotingInterceptor implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(tap({ complete: () => journal.note(`after ${context.getHandler().name}`) }));
      }
    }
    @Controller()
    @UseInterceptors(NotingInterceptor)
    class PricesController {
      @GrpcMethod('Prices', 'Find')
      find({ item }: { item: string }): Price {
        if (item === '') throw new RpcException({ code: 5, message: 'no such item' });
        return { item, cents: item.length };
      }

      @GrpcMethod('Prices', 'Watch')
      watch({ item }: { item: string }): Observable<Price> {
        return from([1, 2, 3]).pipe(map((cents) => ({ item, cents })));
      }

      @GrpcStreamMethod('Prices', 'Sum')
      sum(requests: Observable<{ item: string }>): Observable<Price> {
        return requests.pipe(
          toArray(),
          map((all) => ({ item: 'all', cents: all.length })),
        );
      }

      @GrpcStreamMethod('Prices', 'Chat')
      chat(requests: Observable<{ item: string }>): Observable<Price> {
        return requests.pipe(map(({ item }, index) => ({ item, cents: index })));
      }
    }
    return { controllers: [PricesController] };
  },
  exchanges: [
    exchange('unary calls', (world) =>
      withPrices(world, async (prices) => [
        await firstValueFrom(prices.find({ item: 'tea' })),
        await outcome(prices.find({ item: '' })),
      ]),
    ),
    exchange('a stream of answers', (world) =>
      withPrices(world, (prices) => lastValueFrom(prices.watch({ item: 'tea' }).pipe(toArray()))),
    ),
    exchange('a stream of requests', (world) =>
      withPrices(world, (prices) => lastValueFrom(prices.sum(of({ item: 'a' }, { item: 'b' })))),
    ),
    exchange('streams both ways', (world) =>
      withPrices(world, (prices) => lastValueFrom(prices.chat(of({ item: 'a' }, { item: 'b' })).pipe(toArray()))),
    ),
  ],
};
