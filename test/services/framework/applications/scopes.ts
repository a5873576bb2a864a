import { Controller, Get, Inject, Injectable, Scope } from '@nestjs/common';
import { INQUIRER, REQUEST } from '@nestjs/core';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'injection scopes: request-scoped and transient providers, with the request and the inquirer',
  kinds: HTTP,
  module: ({ journal }) => {
    let made = 0;
    @Injectable({ scope: Scope.TRANSIENT })
    class Greeter {
      constructor(@Inject(INQUIRER) private readonly parent: object) {}

      greet(): string {
        return `hello from ${this.parent.constructor.name}`;
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class Basket {
      readonly number = ++made;

      constructor(@Inject(REQUEST) private readonly request: IncomingMessage) {
        journal.note(`basket ${this.number} for ${String(this.request.headers['x-user'])}`);
      }
    }
    @Controller('basket')
    class BasketController {
      constructor(
        private readonly basket: Basket,
        private readonly greeter: Greeter,
      ) {}

      @Get()
      show(): object {
        return { basket: this.basket.number, greeting: this.greeter.greet() };
      }
    }
    return { controllers: [BasketController], providers: [Basket, Greeter] };
  },
  exchanges: [get('/basket', { 'x-user': 'Tom' }), get('/basket', { 'x-user': 'Kitty' })],
};
