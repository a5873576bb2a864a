import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { LateRequests, type RefusalSettings } from './late-requests.js';
import { gateRequests } from '../wire/request-gate.js';

const settings = { retryAfterSeconds: { min: 3, max: 3 }, body: undefined };

describe('LateRequests', () => {
  describe('on a server', () => {
    let server: Server;
    let url: string;
    let handled: string[];
    let late: LateRequests;
    let errors: unknown[];

    const create = (own: Partial<RefusalSettings> = {}): LateRequests =>
      new LateRequests({ ...settings, ...own }, (error) => errors.push(error));

    const refuse = (by: LateRequests): (() => void) =>
      gateRequests(server, (_request, response) => {
        by.answer(response);
        return true;
      });

    beforeEach(async () => {
      handled = [];
      errors = [];
      late = create();
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

    it('answers 503 in the shape of Nest, says when to retry, and ends the connection', async () => {
      refuse(late);
      const response = await fetch(`${url}/orders`);
      expect(response.status).toBe(503);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'retry-after': '3',
        connection: 'close',
        'content-type': 'application/json; charset=utf-8',
      });
      expect(await response.json()).toEqual({
        statusCode: 503,
        error: 'Service Unavailable',
        message: 'The server is shutting down, please retry',
        code: 'SHUTTING_DOWN',
      });
      expect(handled).toEqual([]);
      expect(late.refused).toBe(1);
    });

    it('says something else when told to, with the same status and headers', async () => {
      refuse(create({ body: { error: 'restarting' } }));
      const response = await fetch(url);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '3']);
      expect(await response.json()).toEqual({ error: 'restarting' });
    });

    it('waits for a function that is async, and answers in its own words where that rejects', async () => {
      const stop = refuse(create({ body: async () => ({ error: 'restarting' }) }));
      expect(await (await fetch(url)).json()).toEqual({ error: 'restarting' });
      stop();
      const failing = create({
        body: async () => {
          throw new Error('tenant not found');
        },
      });
      refuse(failing);
      for (let n = 0; n < 2; n += 1) expect(await (await fetch(url)).json()).toMatchObject({ code: 'SHUTTING_DOWN' });
      expect(errors).toMatchObject([{ message: 'tenant not found' }]);
    });

    it('lets a function say it, from the request', async () => {
      const body = ({ url: path }: IncomingMessage): object => ({ path });
      refuse(create({ body }));
      expect(await (await fetch(`${url}/orders`)).json()).toEqual({ path: '/orders' });
      expect(errors).toEqual([]);
    });

    it.each([
      ['throws', () => JSON.parse('{') as object],
      ['returns nothing that can be sent', () => undefined as unknown as object],
      ['returns what JSON cannot say', () => ({ amount: 10n })],
    ])('falls back to its own words when the function %s', async (_what, body) => {
      refuse(create({ body }));
      const response = await fetch(url);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ code: 'SHUTTING_DOWN' });
    });

    it('sends clients away for different times, all within the range', async () => {
      refuse(create({ retryAfterSeconds: { min: 1, max: 3 } }));
      const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(url)));
      const seconds = new Set(answers.map(({ headers }) => Number(headers.get('retry-after'))));
      // Sixty draws that miss one of three: once in 10^10 runs.
      expect([...seconds].toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    });

    it('sends a HEAD request no body', async () => {
      refuse(late);
      const response = await fetch(url, { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([503, '']);
      expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
    });

    it('refuses an upload before its body has come', async () => {
      refuse(late);
      const response = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
      expect(response.status).toBe(503);
      expect(handled).toEqual([]);
    });

    describe('for a request whose handler ran out of time', () => {
      /** Answers the next request by `cutShort`, before and after what its handler does. */
      function cutShort(before: (response: ServerResponse) => void, after: (response: ServerResponse) => void): void {
        server.removeAllListeners('request');
        server.on('request', (_request, response) => {
          before(response);
          late.cutShort(response);
          after(response);
        });
      }
      const nothing = (): void => undefined;

      it('says that it may have taken effect, and does not invite to send it again', async () => {
        cutShort(nothing, nothing);
        const response = await fetch(url);
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ statusCode: 503, code: 'INTERRUPTED' });
        expect(response.headers.get('retry-after')).toBeNull();
        expect(response.headers.get('connection')).toBe('close');
        expect(late.refused).toBe(0);
      });

      it('is well formed whatever the handler had said of its answer', async () => {
        cutShort((response) => {
          response.setHeader('Content-Encoding', 'gzip');
          response.setHeader('Transfer-Encoding', 'chunked');
          response.setHeader('Access-Control-Allow-Origin', '*');
        }, nothing);
        const response = await fetch(url);
        expect(await response.json()).toMatchObject({ code: 'INTERRUPTED' });
        expect(response.headers.get('content-encoding')).toBeNull();
        expect(response.headers.get('access-control-allow-origin')).toBe('*');
      });

      it('lets the handler answer into nowhere, without failing it', async () => {
        const errors: unknown[] = [];
        cutShort(nothing, (response) => {
          response.on('error', (error) => errors.push(error));
          response.setHeader('X-Late', 'yes');
          response.writeHead(200, { 'X-Late': 'yes' });
          response.write('too ');
          response.end('late');
        });
        const response = await fetch(url);
        expect(response.headers.get('x-late')).toBeNull();
        expect(await response.json()).toMatchObject({ code: 'INTERRUPTED' });
        await new Promise((resolve) => setImmediate(resolve));
        expect(errors).toEqual([]);
      });
    });
  });
});
