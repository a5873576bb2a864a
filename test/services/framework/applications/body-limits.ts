import { Body, Controller, Post } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, post } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'body parsers: limits, text bodies, bodies of no known type',
  kinds: HTTP,
  module: () => {
    @Controller()
    class BodiesController {
      @Post('json')
      json(@Body() body: { text: string }): number {
        return body.text.length;
      }

      @Post('text')
      text(@Body() body: unknown): object {
        return { type: typeof body, text: String(body) };
      }
    }
    return { controllers: [BodiesController] };
  },
  prepareExpress: (app) => {
    app.useBodyParser('json', { limit: '1kb' });
    app.useBodyParser('text');
  },
  fastifyAdapter: () => new FastifyAdapter({ bodyLimit: 1024 }),
  exchanges: [
    post('/json', { text: 'short' }),
    post('/json', { text: 'x'.repeat(2000) }, { expects: 413 }),
    ask({ method: 'POST', path: '/text', headers: { 'content-type': 'text/plain' }, body: 'words' }),
  ],
};
