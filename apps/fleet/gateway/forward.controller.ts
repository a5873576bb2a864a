import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { forwardedHeaders } from './forwarded-headers.js';
import { SessionGuard } from './session.guard.js';
import type { Upstream } from './upstream.js';
import { Upstreams } from './upstreams.js';

/** What is not the gateway's own goes on to the service it is for, as it came. */
@Controller('v1')
export class ForwardController {
  constructor(private readonly upstreams: Upstreams) {}

  @All('auth/*')
  auth(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return forward(this.upstreams.auth, request, reply);
  }

  @All(['diagrams', 'diagrams/*', 'exports/*', 'orders', 'budget/*'])
  @UseGuards(SessionGuard)
  diagrams(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return forward(this.upstreams.diagrams, request, reply);
  }
}

async function forward(upstream: Upstream, { raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const hasBody = raw.headers['content-length'] !== undefined || raw.headers['transfer-encoding'] !== undefined;
  const answer = await upstream.ask({
    method: raw.method ?? 'GET',
    path: raw.url ?? '/',
    headers: forwardedHeaders(raw.headers),
    body: hasBody ? raw : undefined,
    signal: left.signal,
  });
  await reply.status(answer.statusCode).headers(forwardedHeaders(answer.headers)).send(answer.body);
}
