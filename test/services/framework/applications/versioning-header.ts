import { Controller, Get, Version, VersioningType } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'versioning by a header',
  kinds: HTTP,
  module: () => {
    @Controller('cats')
    class CatsController {
      @Version('1')
      @Get()
      first(): string {
        return 'first';
      }

      @Version('2')
      @Get()
      second(): string {
        return 'second';
      }
    }
    return { controllers: [CatsController] };
  },
  prepare: (app) => {
    app.enableVersioning({ type: VersioningType.HEADER, header: 'x-api-version' });
  },
  exchanges: [
    get('/cats', { 'x-api-version': '1' }),
    get('/cats', { 'x-api-version': '2' }),
    refused(404, '/cats', { 'x-api-version': '3' }),
    refused(404, '/cats'),
  ],
};
