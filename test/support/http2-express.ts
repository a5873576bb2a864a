import { createSecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { TEST_CERTIFICATE } from './test-certificate.js';

/** What of an Express application decides which class its requests and responses are of. */
interface ExpressApplication {
  (request: IncomingMessage, response: ServerResponse): void;
  request: object;
  response: object;
}

/**
 * Express 5 turns every request into an `IncomingMessage`, which breaks those of HTTP/2. Bridges give HTTP/2 requests a
 * prototype of their own; this is such a bridge. HTTP/1.1 is served on the same port.
 */
export class Http2ExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const app = this.getInstance<ExpressApplication>();
    const http1 = { request: app.request, response: app.response };
    const http2 = {
      request: withMembersOf(app.request, Http2ServerRequest.prototype),
      response: withMembersOf(app.response, Http2ServerResponse.prototype),
    };
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      Object.assign(app, request.httpVersionMajor === 2 ? http2 : http1);
      app(request, response);
    };
    // The compatibility API of HTTP/2 serves listeners written for HTTP/1: https://nodejs.org/api/http2.html#compatibility-api
    const listener = serve as unknown as Parameters<typeof createSecureServer>[1];
    const server = createSecureServer({ ...TEST_CERTIFICATE, allowHTTP1: true }, listener);
    this.setHttpServer(server as unknown as Server);
  }
}

/** Express' own members, which are two prototypes deep, on top of another class. */
function withMembersOf(members: object, base: object): object {
  const inherited: unknown = Object.getPrototypeOf(members);
  const own = typeof inherited === 'object' && inherited !== null ? Object.getOwnPropertyDescriptors(inherited) : {};
  return Object.create(Object.create(base, own) as object, Object.getOwnPropertyDescriptors(members)) as object;
}
