import { Controller, Get } from '@nestjs/common';
import fastifyHelmet from '@fastify/helmet';
import helmet from 'helmet';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';
import { fastifyPlugin } from '../run/fastify-plugin.js';

export const application: FrameworkApplication = {
  shows: 'Helmet: the security headers of every answer, failures too',
  kinds: HTTP,
  module: () => {
    @Controller()
    class HomeController {
      @Get()
      home(): string {
        return '<h1>home</h1>';
      }
    }
    return { controllers: [HomeController] };
  },
  prepareExpress: (app) => {
    app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'self'", 'cdn.example'] } } }));
  },
  prepareFastify: async (app) => {
    await app.register(fastifyPlugin(fastifyHelmet));
  },
  exchanges: [get('/'), refused(404, '/none')],
};
