import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Connection, type ConnectionObserver } from './connection.js';
import { Notices } from '../../in-flight/notices.js';
import { isRouteless, rememberRoute, routeOf } from './route.js';
import { patternOf } from './routed-request.js';

/** Node's request and its response, which nothing has routed yet. */
function exchange(url = '/orders/4711?token=secret') {
  const request = Object.assign(new IncomingMessage(new Socket()), { url, complete: true });
  const response = new ServerResponse(request);
  const raw: object = response;
  return { request, response, raw };
}

describe('patternOf', () => {
  it('reads what Express and what Fastify say', () => {
    expect(patternOf({ route: { path: '/orders/:id' } })).toBe('/orders/:id');
    expect(patternOf({ routeOptions: { url: '/orders/:id' } })).toBe('/orders/:id');
  });

  it.each([[{}], [{ route: {} }], [{ route: { path: /orders/ } }], [{ routeOptions: { url: undefined } }]])(
    'knows no pattern of %p',
    (request) => {
      expect(patternOf(request)).toBeUndefined();
    },
  );
});

/** An owner that ignores what becomes of a connection. */
const observer: ConnectionObserver = {
  isLeaving: false,
  notices: new Notices({ all: () => [] }),
  requestStarted: () => undefined,
  requestEnded: () => undefined,
  headWritten: () => undefined,
  connectionClosed: () => undefined,
  routed: () => undefined,
  responseFailed: () => undefined,
};

describe('routeOf', () => {
  it("finds Express' route on Node's own request", () => {
    const { request, response } = exchange();
    Object.assign(request, { route: { path: '/orders/:id' } });
    expect(routeOf(response)).toBe('/orders/:id');
  });

  it("finds Fastify's route once it has been remembered", () => {
    const { request, response, raw } = exchange();
    expect(routeOf(response)).toBe('(no route)');
    new Connection(new Socket(), observer).start(response, 0, 'awaited');
    rememberRoute({ raw: request, routeOptions: { url: '/orders/:id' } }, raw);
    expect(routeOf(response)).toBe('/orders/:id');
  });

  it('never shows the path or the query of a request that nothing was matched to', () => {
    expect(routeOf(exchange('/nobody/4711?token=secret').response)).toBe('(no route)');
    const { request, response } = exchange();
    Object.assign(request, { route: null });
    expect(routeOf(response)).toBe('(no route)');
  });

  it('says that the body is on its way where that may be why there is no route yet', () => {
    const { request, response } = exchange();
    request.complete = false;
    expect(routeOf(response)).toBe('(still uploading)');
    expect([routeOf(response), '(no route)', '/orders/:id'].map((route) => isRouteless(route))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
