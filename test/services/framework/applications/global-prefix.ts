import { Controller, Get, Post, RequestMethod } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'a global prefix with excluded routes, by path, method and pattern',
  kinds: HTTP,
  module: () => {
    @Controller()
    class MixedController {
      @Get('cats')
      cats(): string {
        return 'cats';
      }

      @Get('status')
      status(): string {
        return 'up';
      }

      @Post('status')
      change(): string {
        return 'changed';
      }

      @Get('docs/:page')
      page(): string {
        return 'page';
      }
    }
    return { controllers: [MixedController] };
  },
  prepare: (app) => {
    app.setGlobalPrefix('api/v1', { exclude: [{ path: 'status', method: RequestMethod.GET }, 'docs/*page'] });
  },
  exchanges: [
    get('/api/v1/cats'),
    get('/status'),
    ask({ method: 'POST', path: '/api/v1/status' }),
    get('/docs/start'),
    refused(404, '/cats'),
    refused(404, '/api/v1/docs/start'),
    refused(404, '/api'),
  ],
};
