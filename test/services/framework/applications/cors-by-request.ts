import { Controller, Get } from '@nestjs/common';
import { type FrameworkApplication } from '../run/application.js';
import { ask, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'CORS by a delegate that looks at the request, given to NestFactory.create()',
  kinds: ['express'],
  module: () => {
    @Controller()
    class HomeController {
      @Get()
      home(): string {
        return 'home';
      }
    }
    return { controllers: [HomeController] };
  },
  nest: () => ({
    cors: (
      request: { headers: Record<string, string> },
      done: (error: Error | null, options: { origin: boolean | string }) => void,
    ) => done(null, { origin: request.headers['x-partner'] === undefined ? false : 'https://partner.example' }),
  }),
  exchanges: [
    get('/', { origin: 'https://partner.example', 'x-partner': 'yes' }),
    get('/', { origin: 'https://partner.example' }),
    ask({
      method: 'OPTIONS',
      headers: { origin: 'https://partner.example', 'x-partner': 'yes', 'access-control-request-method': 'GET' },
    }),
  ],
};
