import { Controller, Get, Req, Res } from '@nestjs/common';
import fastifyCookie from '@fastify/cookie';
import cookieParser from 'cookie-parser';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';
import { fastifyPlugin } from '../run/fastify-plugin.js';

interface WithCookies {
  readonly cookies: Record<string, string>;
}
interface SetsCookies {
  cookie?: (name: string, value: string, options: object) => void;
  setCookie?: (name: string, value: string, options: object) => void;
}

export const application: FrameworkApplication = {
  shows: 'cookies: cookie-parser on Express, @fastify/cookie on Fastify',
  kinds: HTTP,
  module: () => {
    @Controller('cookies')
    class CookiesController {
      @Get()
      read(@Req() { cookies }: WithCookies): object {
        return { cookies };
      }

      @Get('set')
      set(@Res({ passthrough: true }) response: SetsCookies): string {
        const set = response.setCookie ?? response.cookie;
        set?.call(response, 'flavour', 'mint', { httpOnly: true, path: '/', maxAge: 60 });
        return 'set';
      }
    }
    return { controllers: [CookiesController] };
  },
  prepareExpress: (app) => {
    app.use(cookieParser('not a secret'));
  },
  prepareFastify: async (app) => {
    await app.register(fastifyPlugin(fastifyCookie), { secret: 'not a secret' });
  },
  masks: [/Expires=[^;"]+/g],
  exchanges: [get('/cookies', { cookie: 'a=1; b=two' }), get('/cookies'), get('/cookies/set')],
};
