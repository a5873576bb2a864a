import { Controller, Get, Put } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get } from '../run/exchanges.js';

const origin = 'https://shop.example';

export const application: FrameworkApplication = {
  shows: 'CORS: preflights, allowed and other origins, credentials, exposed headers',
  kinds: HTTP,
  module: () => {
    @Controller('cats')
    class CatsController {
      @Get()
      list(): string[] {
        return ['Tom'];
      }

      @Put()
      update(): string {
        return 'updated';
      }
    }
    return { controllers: [CatsController] };
  },
  prepare: (app) => {
    app.enableCors({
      origin: [origin, /\.internal$/],
      methods: ['GET', 'PUT'],
      credentials: true,
      exposedHeaders: ['Retry-After'],
      maxAge: 600,
    });
  },
  exchanges: [
    get('/cats', { origin }),
    get('/cats', { origin: 'https://a.internal' }),
    get('/cats', { origin: 'https://evil.example' }),
    get('/cats'),
    ask({
      method: 'OPTIONS',
      path: '/cats',
      headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-token' },
    }),
    ask({ method: 'PUT', path: '/cats', headers: { origin } }),
  ],
};
