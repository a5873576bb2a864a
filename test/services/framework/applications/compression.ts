import { Controller, Get } from '@nestjs/common';
import fastifyCompress from '@fastify/compress';
import compression from 'compression';
import { gunzipSync } from 'node:zlib';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';
import { fastifyPlugin } from '../run/fastify-plugin.js';

export const application: FrameworkApplication = {
  shows: 'compression of answers, as clients ask for it',
  kinds: HTTP,
  module: () => {
    @Controller()
    class BooksController {
      @Get('long')
      long(): string {
        return 'a long story '.repeat(500);
      }

      @Get('short')
      short(): string {
        return 'short';
      }
    }
    return { controllers: [BooksController] };
  },
  prepareExpress: (app) => {
    app.use(compression());
  },
  prepareFastify: async (app) => {
    await app.register(fastifyPlugin(fastifyCompress));
  },
  exchanges: [
    exchange('a long answer, compressed', async ({ client }) => {
      const { body, ...reply } = await client.send({ path: '/long', headers: { 'accept-encoding': 'gzip' } });
      return { ...reply, text: gunzipSync(Buffer.from(body, 'latin1')).toString() };
    }),
    get('/long'),
    get('/short', { 'accept-encoding': 'gzip' }),
  ],
};
