import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get, post, refused, sendJson } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'controllers: routes, parameters, queries, bodies and status codes',
  kinds: HTTP,
  module: () => {
    @Controller('cats')
    class CatsController {
      @Get()
      list(@Query('limit') limit?: string): object {
        return { cats: ['Tom', 'Kitty'], limit: limit ?? null };
      }

      @Get(':id')
      find(@Param('id') id: string): string {
        return `cat ${id}`;
      }

      @Post()
      create(@Body() body: object): object {
        return { created: body };
      }

      @Put(':id')
      async update(@Param('id') id: string, @Body() body: object): Promise<object> {
        return { id, ...body };
      }

      @Delete(':id')
      @HttpCode(204)
      remove(): void {
        return;
      }
    }
    return { controllers: [CatsController] };
  },
  exchanges: [
    get('/cats'),
    get('/cats?limit=2'),
    get('/cats/7'),
    post('/cats', { name: 'Félix' }),
    sendJson('PUT', '/cats/7', { age: 3 }),
    ask({ method: 'DELETE', path: '/cats/7' }),
    ask({ method: 'HEAD', path: '/cats' }),
    refused(404, '/dogs'),
    ask({ method: 'POST', path: '/cats', headers: { 'content-type': 'application/json' }, body: '{', expects: 400 }),
  ],
};
