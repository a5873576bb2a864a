import { Controller, Get, Version, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'versioning by URI: of controllers, of routes, neutral, with a default',
  kinds: HTTP,
  module: () => {
    @Controller({ path: 'cats', version: '1' })
    class CatsController {
      @Get()
      first(): string {
        return 'cats of version 1';
      }

      @Version(['2', '3'])
      @Get()
      second(): string {
        return 'cats of version 2 or 3';
      }
    }
    @Controller({ path: 'info', version: VERSION_NEUTRAL })
    class InfoController {
      @Get()
      info(): string {
        return 'of every version';
      }
    }
    @Controller('plain')
    class PlainController {
      @Get()
      plain(): string {
        return 'of the default version';
      }
    }
    return { controllers: [CatsController, InfoController, PlainController] };
  },
  prepare: (app) => {
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: '4' });
  },
  exchanges: [
    get('/v1/cats'),
    get('/v2/cats'),
    get('/v3/cats'),
    get('/info'),
    get('/v4/plain'),
    refused(404, '/cats'),
    refused(404, '/v4/cats'),
  ],
};
