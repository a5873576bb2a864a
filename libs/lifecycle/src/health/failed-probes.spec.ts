import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { nextTurn } from '../deadline/clock.js';
import { FailedProbes } from './failed-probes.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

describe('FailedProbes', () => {
  let clock: ManualClock;
  let probes: FailedProbes;
  let server: Server;
  let handlers: Map<string, Handler>;

  beforeEach(async () => {
    clock = new ManualClock();
    probes = new FailedProbes(clock);
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

  /** Whether they counted or not. */
  const delivered = (): number => probes.count + probes.repeated;

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
    expect(delivered()).toBe(1);
    await ask('/twice');
    expect(delivered()).toBe(2);
  });

  it('counts no failure of requests that have not asked, while others ask', async () => {
    handlers.set('/ready', answer(503));
    handlers.set('/busy', answer(503, { times: 0 }));
    await Promise.all(['/busy', '/ready', '/busy', '/ready', '/busy'].map(ask));
    expect(delivered()).toBe(2);
  });

  it('counts whatever a filter makes of the failure, and nothing that is none', async () => {
    for (const statusCode of [200, 204, 302, 400, 500]) handlers.set(`/${statusCode}`, answer(statusCode));
    handlers.set('/204', answer(204));
    for (const path of ['/200', '/204']) await ask(path);
    expect(delivered()).toBe(0);
    for (const path of ['/400', '/500']) await ask(path);
    expect(delivered()).toBe(2);
  });

  it('does not count what asks outside of a request', async () => {
    probes.refused();
    handlers.set('/busy', answer(503, { times: 0 }));
    await ask('/busy');
    expect(delivered()).toBe(0);
  });

  it('counts nothing before it begins and after it has ended', async () => {
    handlers.set('/ready', answer(503));
    probes.end();
    await ask('/ready');
    expect(delivered()).toBe(0);
    probes.begin();
    await ask('/ready');
    expect(delivered()).toBe(1);
  });

  it('tells of the next one', async () => {
    handlers.set('/ready', answer(503));
    const next = probes.next();
    await ask('/ready');
    await expect(next).resolves.toBeUndefined();
  });

  it('counts one a second of those to one address, and tells how many it did not count', async () => {
    handlers.set('/ready', answer(503));
    for (let second = 1; second <= 3; second += 1) {
      for (let n = 0; n < 4; n += 1) await ask('/ready');
      expect(probes).toMatchObject({ count: second, repeated: 3 * second });
      await clock.advance(999);
      await ask('/ready');
      expect(probes.count).toBe(second);
      await clock.advance(1);
      probes.repeated -= 1;
    }
  });

  it('calls no listener for one that does not count', async () => {
    handlers.set('/ready', answer(503));
    await ask('/ready');
    let isTold = false;
    void probes.next().then(() => (isTold = true));
    await ask('/ready');
    expect(isTold).toBe(false);
    await clock.advance(1000);
    await ask('/ready');
    expect(isTold).toBe(true);
  });
});
