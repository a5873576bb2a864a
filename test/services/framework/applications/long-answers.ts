import { Controller, Get, Res } from '@nestjs/common';
import { type ServerResponse } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'answers by the response object: late, in parts, with trailers, left by their clients',
  kinds: HTTP,
  module: ({ journal }) => {
    const raw = (response: ServerResponse | { raw: ServerResponse }): ServerResponse =>
      'raw' in response ? response.raw : response;
    @Controller()
    class AnswersController {
      @Get('late')
      late(@Res() response: ServerResponse): void {
        setTimeout(() => raw(response).end('late'), 20);
      }

      @Get('parts')
      async parts(@Res() response: ServerResponse): Promise<void> {
        const target = raw(response);
        target.writeHead(200, { trailer: 'x-count' });
        for (const part of ['one ', 'two ', 'three']) {
          target.write(part);
          await new Promise((resolve) => setImmediate(resolve));
        }
        target.addTrailers({ 'x-count': '3' });
        target.end();
      }

      @Get('left')
      left(@Res() response: ServerResponse): void {
        const target = raw(response);
        target.once('close', () => journal.note('the client left'));
        target.write('a part');
      }
    }
    return { controllers: [AnswersController] };
  },
  exchanges: [
    get('/late'),
    get('/parts'),
    exchange('a client that leaves', async ({ client, journal }) => {
      const response = await client.open({ path: '/left' });
      response.once('error', () => undefined);
      response.destroy();
      await journal.until('the client left');
    }),
  ],
};
