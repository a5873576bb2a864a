import { Controller, Get, Version, VersioningType } from '@nestjs/common';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

/** The versions that a request accepts, the highest first. */
function accepted(request: unknown): string[] {
  const { headers } = request as IncomingMessage;
  return String(headers['x-versions'] ?? '')
    .split(',')
    .sort()
    .toReversed();
}

export const application: FrameworkApplication = {
  shows: 'versioning by a function of the application',
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
    app.enableVersioning({ type: VersioningType.CUSTOM, extractor: accepted });
  },
  exchanges: [
    get('/cats', { 'x-versions': '1,2' }),
    get('/cats', { 'x-versions': '1' }),
    refused(404, '/cats', { 'x-versions': '9' }),
  ],
};
