import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Get, Injectable, type MiddlewareConsumer } from '@nestjs/common';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'AsyncLocalStorage: what a middleware keeps is seen by every later part of the request',
  kinds: HTTP,
  module: () => {
    const storage = new AsyncLocalStorage<{ user: string }>();
    @Injectable()
    class Users {
      current(): string {
        return storage.getStore()?.user ?? 'nobody';
      }
    }
    @Controller()
    class UserController {
      constructor(private readonly users: Users) {}

      @Get()
      async user(): Promise<string> {
        await new Promise((resolve) => setImmediate(resolve));
        return this.users.current();
      }
    }
    return {
      controllers: [UserController],
      providers: [Users],
      configure: (consumer: MiddlewareConsumer) => {
        consumer
          .apply((request: IncomingMessage, _: unknown, next: () => void) =>
            storage.run({ user: String(request.headers['x-user'] ?? 'a guest') }, next),
          )
          .forRoutes('*path');
      },
    };
  },
  exchanges: [
    get('/'),
    exchange('five users at once', ({ client }) =>
      Promise.all([1, 2, 3, 4, 5].map(async (n) => (await client.send({ headers: { 'x-user': `user ${n}` } })).body)),
    ),
  ],
};
