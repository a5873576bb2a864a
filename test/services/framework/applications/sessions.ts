import { Controller, Get, Session } from '@nestjs/common';
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import session from 'express-session';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange } from '../run/exchanges.js';
import { fastifyPlugin } from '../run/fastify-plugin.js';

const secret = 'long enough for nobody to trust it, being in a repository';

export const application: FrameworkApplication = {
  shows: 'sessions: express-session on Express, @fastify/session on Fastify',
  kinds: HTTP,
  module: () => {
    @Controller()
    class VisitsController {
      @Get('visits')
      count(@Session() session: { visits?: number }): object {
        session.visits = (session.visits ?? 0) + 1;
        return { visits: session.visits };
      }
    }
    return { controllers: [VisitsController] };
  },
  prepareExpress: (app) => {
    app.use(session({ secret, resave: false, saveUninitialized: false }));
  },
  prepareFastify: async (app) => {
    await app.register(fastifyPlugin(fastifyCookie));
    await app.register(fastifyPlugin(fastifySession), { secret, cookie: { secure: false }, saveUninitialized: false });
  },
  masks: [/(connect\.sid|sessionId)=[^;"]+/g],
  exchanges: [
    exchange('three visits of one browser', async ({ client }) => {
      const first = await client.send({ path: '/visits' });
      const header = first.headers.find((line) => /^set-cookie/i.test(line));
      const cookie = String(header?.replace(/^set-cookie: /i, '').split(';')[0]);
      const second = await client.send({ path: '/visits', headers: { cookie } });
      const third = await client.send({ path: '/visits', headers: { cookie } });
      return [first, second, third];
    }),
  ],
};
