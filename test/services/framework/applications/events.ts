import { Controller, Injectable, Param, Post } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, exchange } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'events with @nestjs/event-emitter: wildcards, asynchronous listeners, listeners that fail',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class Listeners {
      @OnEvent('order.*')
      any(name: string): void {
        journal.note(`any ${name}`);
      }

      @OnEvent('order.placed', { async: true })
      async later(name: string): Promise<void> {
        await Promise.resolve();
        journal.note(`later ${name}`);
      }

      @OnEvent('order.placed')
      failing(): never {
        throw new Error('a listener that fails');
      }
    }
    @Controller('orders')
    class OrdersController {
      constructor(private readonly events: EventEmitter2) {}

      @Post(':name')
      async place(@Param('name') name: string): Promise<string> {
        await this.events.emitAsync('order.placed', name);
        return 'placed';
      }
    }
    return {
      imports: [EventEmitterModule.forRoot({ wildcard: true })],
      controllers: [OrdersController],
      providers: [Listeners],
    };
  },
  exchanges: [
    ask({ method: 'POST', path: '/orders/tea' }),
    exchange('what follows from it', ({ journal }) => journal.until('later tea')),
  ],
};
