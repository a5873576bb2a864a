import { Controller, Get, Req } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { type IncomingMessage } from 'node:http';
import { TEST_CERTIFICATE } from '../../../support/test-certificate.js';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'HTTPS',
  kinds: HTTP,
  module: () => {
    @Controller()
    class SecureController {
      @Get()
      home(@Req() { socket }: { socket: IncomingMessage['socket'] }): object {
        return { isEncrypted: 'encrypted' in socket };
      }
    }
    return { controllers: [SecureController] };
  },
  nest: () => ({ httpsOptions: TEST_CERTIFICATE }),
  fastifyAdapter: () => new FastifyAdapter({ https: TEST_CERTIFICATE }),
  exchanges: [get('/'), get('/'), refused(404, '/none')],
};
