import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { nextTurn } from '../deadline/clock.js';
import { FailedProbes } from './failed-probes.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

describe('FailedProbes', () => {
  let probes: FailedProbes;
  let server: Server;
  let handlers: Map<string, Handler>;

  beforeEach(async () => {
    probes = new FailedProbes();
    handlers = new Map();
    server = createServer((request, response) =>
      probes.serving(response, () => void handlers.get(request.url ?? '')?.(request, response)),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    probes.begin();
  });

  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });

  async function ask(path: string): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await answer.text();
    // An answer is over in a tick of its own.
    await nextTurn();
    return answer.status;
  }

  const answer =
    (statusCode: number, { times = 1 } = {}): Handler =>
    async (_request, response) => {
      await nextTurn();
      for (let n = 0; n < times; n += 1) probes.refused();
      await nextTurn();
      response.writeHead(statusCode).end('down');
    };

  it('counts the answer of a request that asked and was told no, once, however often it asked', async () => {
    handlers.set('/ready', answer(503));
    handlers.set('/twice', answer(503, { times: 2 }));
    await ask('/ready');
    expect(probes.count).toBe(1);
    await ask('/twice');
    expect(probes.count).toBe(2);
  });

  it('counts no failure of requests that have not asked, while others ask', async () => {
    handlers.set('/ready', answer(503));
    handlers.set('/busy', answer(503, { times: 0 }));
    await Promise.all(['/busy', '/ready', '/busy', '/ready', '/busy'].map(ask));
    expect(probes.count).toBe(2);
  });

  it('counts whatever a filter makes of the failure, and nothing that is none', async () => {
    for (const statusCode of [200, 204, 302, 400, 500]) handlers.set(`/${statusCode}`, answer(statusCode));
    handlers.set('/204', answer(204));
    for (const path of ['/200', '/204']) await ask(path);
    expect(probes.count).toBe(0);
    for (const path of ['/400', '/500']) await ask(path);
    expect(probes.count).toBe(2);
  });

  it('does not count what asks outside of a request', async () => {
    probes.refused();
    handlers.set('/busy', answer(503, { times: 0 }));
    await ask('/busy');
    expect(probes.count).toBe(0);
  });

  it('counts nothing before it begins and after it has ended', async () => {
    handlers.set('/ready', answer(503));
    probes.end();
    await ask('/ready');
    expect(probes.count).toBe(0);
    probes.begin();
    await ask('/ready');
    expect(probes.count).toBe(1);
  });

  it('tells of the next one', async () => {
    handlers.set('/ready', answer(503));
    const next = probes.next();
    await ask('/ready');
    await expect(next).resolves.toBeUndefined();
  });
});
