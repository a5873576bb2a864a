import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Controller, Get, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type RequestListener } from 'node:http';
import { type FrameworkApplication } from '../run/application.js';
import { Client } from '../run/client.js';
import { exchange, get } from '../run/exchanges.js';

@Injectable()
class SecondServer implements OnApplicationShutdown {
  readonly server: Server;

  constructor(host: HttpAdapterHost) {
    this.server = createServer(host.httpAdapter.getInstance<RequestListener>());
  }

  async onApplicationShutdown(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export const application: FrameworkApplication = {
  shows: 'several servers over one Express instance, closed by a hook of the application',
  kinds: ['express'],
  module: () => {
    @Controller()
    class HomeController {
      @Get()
      home(): string {
        return 'home';
      }
    }
    return { controllers: [HomeController], providers: [SecondServer] };
  },
  prepare: async (app) => {
    const { server } = app.get(SecondServer);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  },
  exchanges: [
    get('/'),
    exchange('the other server', async ({ app }) => {
      const { port } = app.get(SecondServer).server.address() as AddressInfo;
      const client = new Client(`http://127.0.0.1:${port}`);
      const reply = await client.send({});
      client.close();
      return reply;
    }),
  ],
};
