import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { gateRequests } from './request-gate.js';

describe('gateRequests', () => {
  let server: Server;
  let url: string;
  let handled: string[];

  beforeEach(async () => {
    handled = [];
    server = createServer((request, response) => {
      handled.push(`${request.method} ${request.url}`);
      response.end('served');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  /** Turns away all but one path. */
  const turnAway = (): (() => void) =>
    gateRequests(server, (request, response) => {
      if (request.url === '/health') return false;
      response.writeHead(503).end();
      return true;
    });

  it('keeps a refused request from all listeners, and lets the others through', async () => {
    turnAway();
    server.prependListener('request', (request) => handled.push(`early ${request.url}`));
    expect((await fetch(url)).status).toBe(503);
    expect(handled).toEqual([]);
    expect(await (await fetch(`${url}/health`)).text()).toBe('served');
    expect(handled).toEqual(['early /health', 'GET /health']);
  });

  it('turns away what waits for a 100, too', async () => {
    server.on('checkContinue', () => handled.push('checkContinue'));
    turnAway();
    const asking = request(url, { method: 'POST', headers: { Expect: '100-continue' } }).end('x');
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.resume();
    expect([response.statusCode, handled]).toEqual([503, []]);
  });

  it('can be undone', async () => {
    const undo = turnAway();
    expect((await fetch(url)).status).toBe(503);
    undo();
    expect(await (await fetch(url)).text()).toBe('served');
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });

  it('leaves what others had put in the same place, when it is undone', async () => {
    const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
    const seen: string[] = [];
    const instrumented = (event: string, ...args: unknown[]): boolean => {
      if (event === 'request') seen.push(event);
      return emit(event, ...args);
    };
    server.emit = instrumented;
    const undo = turnAway();
    await fetch(url);
    expect(seen).toEqual([]);
    undo();
    expect(await (await fetch(url)).text()).toBe('served');
    expect(seen).toEqual(['request']);
  });
});
