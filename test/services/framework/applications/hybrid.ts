import { type Server } from 'node:net';
import { Controller, Get, type INestApplication, type INestMicroservice } from '@nestjs/common';
import { ClientProxyFactory, EventPattern, MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';
import { outcome } from '../run/message-client.js';

function portOf(microservice: INestMicroservice | undefined): number {
  const address = microservice?.unwrap<Server>().address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export const application: FrameworkApplication = {
  shows: 'a hybrid application: HTTP and two TCP microservices, one of which inherits the configuration',
  kinds: HTTP,
  module: ({ journal }) => {
    @Controller()
    class MixedController {
      @Get()
      home(): string {
        return 'over HTTP';
      }

      @MessagePattern('greet')
      greet(@Payload() name: string): string {
        return `hello ${name}`;
      }

      @EventPattern('happened')
      happened(@Payload() what: string): void {
        journal.note(`happened: ${what}`);
      }
    }
    return { controllers: [MixedController] };
  },
  prepare: async (app) => {
    const tcp = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } } as const;
    app.connectMicroservice(tcp);
    app.connectMicroservice(tcp, { inheritAppConfig: true });
    await app.startAllMicroservices();
  },
  exchanges: [
    get('/'),
    ...[0, 1].map((index) =>
      exchange(`messages to microservice ${index}`, async ({ app, journal }) => {
        const port = portOf((app as INestApplication).getMicroservices()[index]);
        const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
        const answer = await outcome(client.send('greet', 'Ada'));
        await lastValueFrom(client.emit('happened', index), { defaultValue: undefined });
        await journal.until(`happened: ${index}`);
        await client.close();
        return answer;
      }),
    ),
  ],
};
