import { Controller, Get, Version, VersioningType } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'versioning by the media type that is asked for',
  kinds: HTTP,
  module: () => {
    @Controller({ path: 'cats', version: '1' })
    class CatsController {
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
    app.enableVersioning({ type: VersioningType.MEDIA_TYPE, key: 'v=' });
  },
  exchanges: [
    get('/cats', { accept: 'application/json;v=1' }),
    get('/cats', { accept: 'application/json;v=2' }),
    refused(404, '/cats', { accept: 'application/json' }),
  ],
};
