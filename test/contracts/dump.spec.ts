import { Controller, Get } from '@nestjs/common';
import type { LifecycleDump } from 'nestjs-lifecycle';
import { Gate } from '../support/gate.js';
import { ask, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';
import { dumpSchema, schemaProblems } from '../support/report-schema.js';

let gate: Gate;

@Controller()
class OrdersController {
  @Get('orders/:id')
  async one(): Promise<string> {
    await gate.pass();
    return 'an order';
  }
}

const probeUrlOf = ({ logger }: HttpApp): string => {
  const line = logger.texts('log').find((one) => one.startsWith('probes on port'));
  return `http://127.0.0.1:${line?.split(' ').at(-1)}`;
};

const start = (options: HttpAppParts['options']): Promise<HttpApp> =>
  startHttpApp('express', { options: { probePort: 0, ...options }, controllers: [OrdersController] });

async function dumpOf(app: HttpApp): Promise<LifecycleDump> {
  const { status, headers, body } = await ask(probeUrlOf(app), '/lifecycle/dump?now');
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  const dump: unknown = JSON.parse(body);
  expect(schemaProblems(dump, dumpSchema, 'dump')).toEqual([]);
  // As the schema says.
  return dump as LifecycleDump;
}

beforeEach(() => {
  gate = new Gate();
});

describe('what the service is doing, on the probe port', () => {
  it('has requests by route, then the phase, the hooks and the rest of the budget, until the end', async () => {
    const app = await start({ dump: { page: true } });
    const hook = new Gate();
    app.shutdown.register('ledger', () => hook.pass());
    const answer = ask(app.url, '/orders/4711?token=secret');
    await gate.reached();
    const serving = await dumpOf(app);
    expect(serving).toMatchObject({
      pid: process.pid,
      isLeaving: false,
      remainingMs: 28_000,
      inFlight: { rows: [{ kind: 'response', name: 'GET /orders/:id', count: 1 }], total: 1 },
      hooks: { rows: [], total: 1, done: 0 },
      unreadable: [],
    });
    expect(JSON.stringify(serving)).not.toMatch(/4711|secret/);
    expect(serving.openHandles.map(({ kind }) => kind)).toContain('TCPServerWrap');
    const closing = app.app.close();
    gate.open();
    expect((await answer).status).toBe(200);
    await hook.reached();
    const leaving = await dumpOf(app);
    expect(leaving).toMatchObject({
      phase: 'closing',
      isLeaving: true,
      inFlight: { rows: [], total: 0 },
      hooks: { rows: [{ name: 'ledger' }], total: 1, done: 0 },
    });
    expect(leaving.remainingMs).toBeLessThan(28_000);
    hook.open();
    await closing;
  });

  it('is there for this machine alone, and where it was asked for', async () => {
    const app = await start({ dump: { page: true } });
    const url = probeUrlOf(app);
    for (const headers of [{ Host: 'elsewhere.example' }, { 'x-forwarded-for': '10.0.0.7' }]) {
      expect((await ask(url, { path: '/lifecycle/dump', headers })).status).toBe(404);
    }
    expect((await ask(url, { path: '/lifecycle/dump', method: 'POST' })).status).toBe(405);
    expect((await ask(app.url, '/lifecycle/dump')).status).toBe(404);
    const without = await start({});
    expect((await ask(probeUrlOf(without), '/lifecycle/dump')).status).toBe(404);
  });
});
