import { Controller, Headers, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { createHmac } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { post, ask } from '../run/exchanges.js';

const signed = (body: Buffer | string): string => createHmac('sha256', 'key').update(body).digest('hex');

export const application: FrameworkApplication = {
  shows: 'the raw body, for signatures of webhooks',
  kinds: HTTP,
  module: () => {
    @Controller('webhooks')
    class WebhooksController {
      @Post()
      take(@Req() request: RawBodyRequest<IncomingMessage>, @Headers('x-signature') signature: string): object {
        const raw = request.rawBody ?? Buffer.alloc(0);
        return { isSigned: signed(raw) === signature, bytes: raw.length };
      }
    }
    return { controllers: [WebhooksController] };
  },
  nest: () => ({ rawBody: true }),
  exchanges: [
    post('/webhooks', { paid: 1250 }, { headers: { 'x-signature': signed('{"paid":1250}') } }),
    post('/webhooks', { paid: 1 }, { headers: { 'x-signature': 'wrong' } }),
    ask({
      method: 'POST',
      path: '/webhooks',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1&b=2',
    }),
  ],
};
