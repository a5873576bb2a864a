import { type Server } from 'node:net';
import { Controller, UseFilters, UsePipes, ValidationPipe } from '@nestjs/common';
import {
  BaseRpcExceptionFilter,
  type ClientProxy,
  ClientProxyFactory,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
  type TcpContext,
  Transport,
} from '@nestjs/microservices';
import { IsInt } from 'class-validator';
import { from, lastValueFrom, type Observable, toArray } from 'rxjs';
import { type INestMicroservice } from '@nestjs/common';
import { type FrameworkApplication, type World } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { outcome } from '../run/message-client.js';

class Add {
  @IsInt({ each: true })
  numbers: number[] = [];
}

async function withClient<T>({ app }: World, use: (client: ClientProxy) => Promise<T>): Promise<T> {
  const address = (app as INestMicroservice).unwrap<Server>().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

export const application: FrameworkApplication = {
  shows: 'a TCP microservice: messages, events, streams, pipes, exceptions, contexts',
  kinds: ['microservice'],
  microservice: () => ({ transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } }),
  module: ({ journal }) => {
    @Controller()
    class MathController {
      @MessagePattern({ cmd: 'sum' })
      sum(@Payload() numbers: number[]): number {
        return numbers.reduce((sum, number) => sum + number, 0);
      }

      @MessagePattern('later')
      async later(@Payload() text: string, @Ctx() context: TcpContext): Promise<string> {
        return `${text} by ${context.getPattern()}`;
      }

      @MessagePattern('several')
      several(): Observable<number> {
        return from([1, 2, 3]);
      }

      @UsePipes(new ValidationPipe({ exceptionFactory: () => new RpcException('no numbers') }))
      @MessagePattern('checked')
      checked(@Payload() { numbers }: Add): number {
        return numbers.length;
      }

      @UseFilters(new BaseRpcExceptionFilter())
      @MessagePattern('broken')
      broken(): never {
        throw new RpcException('broken on purpose');
      }

      @EventPattern('happened')
      happened(@Payload() what: string): void {
        journal.note(`happened: ${what}`);
      }
    }
    return { controllers: [MathController] };
  },
  exchanges: [
    exchange('messages', (world) =>
      withClient(world, async (client) => [
        await outcome(client.send({ cmd: 'sum' }, [1, 2, 3])),
        await outcome(client.send('later', 'answered')),
        await lastValueFrom(client.send<number>('several', {}).pipe(toArray())),
        await outcome(client.send('checked', { numbers: [1] })),
        await outcome(client.send('checked', { numbers: ['x'] })),
        await outcome(client.send('broken', {})),
        await outcome(client.send('unknown', {})),
      ]),
    ),
    exchange('an event', (world) =>
      withClient(world, async (client) => {
        await lastValueFrom(client.emit('happened', 'something'), { defaultValue: undefined });
        await world.journal.until('happened: something');
      }),
    ),
  ],
};
