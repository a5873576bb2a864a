import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AbstractHttpAdapter } from '@nestjs/core';
import type { Adapter, HttpAppParts } from './http-app.js';
import { Http2Client } from './http2-client.js';
import { Http2ExpressAdapter } from './http2-express.js';
import { TEST_CERTIFICATE } from './test-certificate.js';
import { startTrafficWorld, type TrafficWorld } from './traffic-world.js';

/** An application that serves HTTPS. */
export function overTls(adapter: Adapter): Pick<HttpAppParts, 'nest' | 'httpAdapter'> {
  if (adapter === 'express') return { nest: { httpsOptions: TEST_CERTIFICATE } };
  return { httpAdapter: new FastifyAdapter({ https: TEST_CERTIFICATE }) };
}

/**
 * HTTP/2 in the clear (h2c), and over TLS, where ALPN may choose HTTP/1.1 as well. Express cannot serve it by itself.
 */
export const HTTP2_KINDS = ['Fastify, h2c', 'Fastify, TLS', 'Express, TLS'] as const;
export type Http2Kind = (typeof HTTP2_KINDS)[number];

/** An application that serves HTTP/2, with what an HTTP/2 client needs. */
export interface Http2World extends TrafficWorld {
  readonly http2Url: string;
  /** Opens a session. */
  readonly connect: () => Promise<Http2Client>;
}

/** Starts one; what is passed comes on top of it. */
export async function startHttp2World(kind: Http2Kind, parts: HttpAppParts = {}): Promise<Http2World> {
  const adapter = kind === 'Express, TLS' ? 'express' : 'fastify';
  const world = await startTrafficWorld(adapter, { ...parts, httpAdapter: http2Adapter(kind) });
  const http2Url = kind === 'Fastify, h2c' ? world.url : world.url.replace('http:', 'https:');
  return { ...world, http2Url, connect: () => Http2Client.connect(http2Url) };
}

function http2Adapter(kind: Http2Kind): AbstractHttpAdapter {
  if (kind === 'Express, TLS') return new Http2ExpressAdapter();
  if (kind === 'Fastify, h2c') return new FastifyAdapter({ http2: true });
  return new FastifyAdapter({ http2: true, https: { ...TEST_CERTIFICATE, allowHTTP1: true } });
}
