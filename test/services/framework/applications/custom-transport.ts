import { EventEmitter } from 'node:events';
import { type CustomTransportStrategy, Server, type TransportId } from '@nestjs/microservices';
import { type FrameworkApplication } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { messageController } from '../run/message-controller.js';

/** A transport within the process, written as Nest's page on custom transports shows: what it does not have throws. */
class BusServer extends Server implements CustomTransportStrategy {
  override readonly transportId: TransportId = Symbol('bus');
  readonly bus = new EventEmitter();

  listen(done: () => void): void {
    this.bus.on('message', (pattern: string, data: unknown, reply: (answer: unknown) => void) => {
      void this.#answer(pattern, data).then(reply, (error: unknown) => reply({ failed: (error as Error).message }));
    });
    done();
  }

  close(): void {
    this.bus.removeAllListeners();
  }

  override on(): void {
    throw new Error('Method not implemented.');
  }

  override unwrap(): never {
    throw new Error('Method not implemented.');
  }

  async #answer(pattern: string, data: unknown): Promise<unknown> {
    const handler = this.getHandlerByPattern(pattern);
    if (handler === null) throw new Error('nobody handles it');
    return handler(data, {});
  }
}

let server: BusServer;

export const application: FrameworkApplication = {
  shows: 'a custom transport that only awaits its handlers, and whose unwrap() and on() throw, as in the documentation',
  kinds: ['microservice'],
  module: ({ journal }) => ({ controllers: [messageController('bus', journal)] }),
  microservice: () => ({ strategy: (server = new BusServer()) }),
  exchanges: [
    exchange('a message', async () => {
      const ask = (pattern: string, data: unknown): Promise<unknown> =>
        new Promise((resolve) => server.bus.emit('message', pattern, data, resolve));
      return [await ask('bus.sum', [1, 2]), await ask('unknown', {})];
    }),
  ],
};
