import { Controller, Get, Injectable, Module, type NestMiddleware, Post, RequestMethod } from '@nestjs/common';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get, refused } from '../run/exchanges.js';

type Next = (error?: unknown) => void;

export const application: FrameworkApplication = {
  shows: 'middleware: of classes, of functions, global, for routes, methods and controllers, with excludes',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class Clock {
      readonly time = 'noon';
    }
    @Injectable()
    class ClassMiddleware implements NestMiddleware {
      constructor(private readonly clock: Clock) {}

      use(request: IncomingMessage, response: ServerResponse, next: Next): void {
        journal.note(`class middleware ${request.method} at ${this.clock.time}`);
        response.setHeader('x-time', this.clock.time);
        next();
      }
    }
    const functional = (_: IncomingMessage, __: ServerResponse, next: Next): void => {
      journal.note('functional middleware');
      next();
    };
    const answering = (_: IncomingMessage, response: ServerResponse): void => {
      response.statusCode = 202;
      response.end('from the middleware');
    };
    const failing = (_: IncomingMessage, __: ServerResponse, next: Next): void => next(new Error('in the middleware'));
    @Controller('cats')
    class CatsController {
      @Get()
      list(): string {
        return 'cats';
      }

      @Get('quiet')
      quiet(): string {
        return 'quiet';
      }

      @Post()
      create(): string {
        return 'created';
      }
    }
    @Module({ controllers: [CatsController] })
    class CatsModule {}
    return {
      imports: [CatsModule],
      providers: [Clock],
      configure: (consumer) => {
        consumer
          .apply(ClassMiddleware)
          .exclude({ path: 'cats/quiet', method: RequestMethod.GET })
          .forRoutes(CatsController)
          .apply(functional)
          .forRoutes({ path: 'cats', method: RequestMethod.POST })
          .apply(answering)
          .forRoutes('answered')
          .apply(failing)
          .forRoutes('failing/*path');
      },
    };
  },
  prepare: (app, { journal }) => {
    app.use((_: IncomingMessage, response: ServerResponse, next: Next) => {
      journal.note('global middleware');
      response.setHeader('x-global', 'yes');
      next();
    });
  },
  exchanges: [
    get('/cats'),
    get('/cats/quiet'),
    ask({ method: 'POST', path: '/cats' }),
    get('/answered'),
    refused(500, '/failing/now'),
    refused(404, '/none'),
  ],
};
