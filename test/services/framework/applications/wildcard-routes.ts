import { All, Controller, Get, Options, Param, Patch, Search } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'wildcard routes, routes for all methods, several paths for one handler',
  kinds: HTTP,
  module: ({ kind }) => {
    // Fastify's wildcards have no names.
    const [wildcard, name] = kind === 'fastify' ? ['files/*', '*'] : ['files/*path', 'path'];
    @Controller()
    class WildController {
      @Get(wildcard)
      files(@Param(name) path: string | string[]): object {
        return { path };
      }

      @All('any')
      any(): string {
        return 'any method';
      }

      @Get(['one', 'two/:id'])
      several(@Param('id') id?: string): string {
        return `one or two ${id ?? ''}`;
      }

      @Patch('patched')
      patched(): string {
        return 'patched';
      }

      @Options('asked')
      asked(): string {
        return 'asked';
      }

      @Search('found')
      found(): string {
        return 'found';
      }
    }
    return { controllers: [WildController] };
  },
  exchanges: [
    get('/files/a/b/c.txt'),
    get('/any'),
    ask({ method: 'PUT', path: '/any' }),
    ask({ method: 'DELETE', path: '/any' }),
    get('/one'),
    get('/two/2'),
    ask({ method: 'PATCH', path: '/patched' }),
    ask({ method: 'OPTIONS', path: '/asked' }),
    ask({ method: 'SEARCH', path: '/found' }),
  ],
};
