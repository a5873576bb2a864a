import { Body, Controller, Get, Post } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { TEST_CERTIFICATE } from '../../../support/test-certificate.js';
import { type FrameworkApplication } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';

async function ask(session: ClientHttp2Session, headers: Record<string, string>, body?: string): Promise<object> {
  const stream = session.request(headers);
  stream.end(body);
  const [{ ':status': status, 'content-type': type }] = (await once(stream, 'response')) as [Record<string, unknown>];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { status, type, body: Buffer.concat(chunks).toString() };
}

export const application: FrameworkApplication = {
  shows: 'HTTP/2 over TLS with Fastify, and HTTP/1.1 on the same port',
  kinds: ['fastify'],
  module: () => {
    @Controller('cats')
    class CatsController {
      @Get()
      list(): string[] {
        return ['Tom'];
      }

      @Post()
      create(@Body() body: object): object {
        return { created: body };
      }
    }
    return { controllers: [CatsController] };
  },
  fastifyAdapter: () => new FastifyAdapter({ http2: true, https: { ...TEST_CERTIFICATE, allowHTTP1: true } }),
  exchanges: [
    exchange('streams of one session', async ({ url }) => {
      const session = connect(url, { rejectUnauthorized: false });
      const json = { 'content-type': 'application/json' };
      const answers = await Promise.all([
        ask(session, { ':path': '/cats' }),
        ask(session, { ':path': '/cats', ':method': 'POST', ...json }, '{"name":"Kitty"}'),
        ask(session, { ':path': '/none' }),
      ]);
      session.close();
      await once(session, 'close');
      return answers;
    }),
    get('/cats'),
  ],
};
