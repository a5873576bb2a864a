import { Controller, Get, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type GracefulShutdownOptions, OnGracefulShutdown } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, createHttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';

const calls: string[] = [];

@Controller()
class Orders {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get()
  async order(): Promise<string> {
    await this.gate.pass();
    return 'ordered';
  }
}

@Injectable()
class Ledger implements OnModuleDestroy {
  @OnGracefulShutdown({ phase: 'lame-duck' })
  stop(): void {
    calls.push('lame-duck');
  }

  @OnGracefulShutdown()
  close(): void {
    calls.push('hook');
  }

  onModuleDestroy(): void {
    calls.push('nest');
  }
}

function parts(options: GracefulShutdownOptions = {}): HttpAppParts & { readonly gate: Gate } {
  const gate = new Gate();
  return { options, gate, controllers: [Orders], providers: [Ledger, { provide: Gate, useValue: gate }] };
}

beforeEach(() => {
  calls.length = 0;
});

describe.each(ADAPTERS)('drain() (%s)', (adapter) => {
  it('waits for what is in flight, stays drained, and goes on with the hooks when the application is closed', async () => {
    const { gate, ...given } = parts();
    const { app, url, shutdown } = await startHttpApp(adapter, given);
    const answer = ask(url, '/');
    await gate.reached();
    const draining = shutdown.drain();
    expect(shutdown.isShuttingDown).toBe(true);
    const stopped = await shutdown.stopAccepting();
    expect(stopped).toBeUndefined();
    expect((await ask(url, '/')).outcome).toBe('refused');
    const drained = watch(draining);
    await turns();
    expect([drained.isSettled, shutdown.phase]).toEqual([false, 'draining']);
    gate.open();
    expect((await answer).status).toBe(200);
    expect(await draining).toMatchObject({ outcome: 'drained', drained: 1, interrupted: 0 });
    await turns();
    expect([shutdown.phase, shutdown.report, calls]).toEqual(['draining', undefined, ['lame-duck']]);
    await app.close();
    expect(calls).toEqual(['lame-duck', 'hook', 'nest']);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', reason: 'drain()', requests: { drained: 1 } });
  });

  it('interrupts what is late, and says so', async () => {
    const { gate, ...given } = parts({ drainTimeout: '100ms' });
    const { app, url, shutdown } = await startHttpApp(adapter, given);
    const answer = ask(url, '/');
    await gate.reached();
    expect(await shutdown.drain('upgrade')).toMatchObject({ outcome: 'interrupted', interrupted: 1 });
    expect((await answer).status).toBe(503);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'interrupted', reason: 'upgrade', exitCode: 1 });
  });

  it('has a lame duck as a signal has, and is joined by a signal, with the rest of its budget', async () => {
    const { gate, ...given } = parts({ lameDuck: '5s', gracePeriod: '30s' });
    await using service = await startService(async () => {
      const { app } = await createHttpApp(adapter, given);
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      return app;
    });
    gate.open();
    const draining = watch(service.shutdown.drain());
    await service.clock.advance('4s');
    expect(service.shutdown.phase).toBe('lame-duck');
    expect((await ask(await service.app.getUrl(), '/')).status).toBe(200);
    await service.clock.advance('2s');
    await until('it has drained', () => draining.isSettled);
    service.signal('SIGTERM');
    const ending = await service.ended;
    expect(ending).toMatchObject({ exitCode: 0, report: { signal: 'SIGTERM', outcome: 'clean', late: false } });
    expect(calls).toEqual(['lame-duck', 'hook', 'nest']);
  });

  it('has a budget of its own for the end when the drain was over long ago', async () => {
    const { gate: _gate, ...given } = parts({ gracePeriod: '30s' });
    await using service = await startService(async () => {
      const { app } = await createHttpApp(adapter, given);
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      return app;
    });
    await service.shutdown.drain();
    await service.clock.advance('1h');
    expect(service.shutdown.report).toBeUndefined();
    service.signal('SIGTERM');
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean', late: false } });
  });

  it('ends the process by shutdown() afterwards', async () => {
    const { gate: _gate, ...given } = parts();
    await using service = await startService(async () => {
      const { app } = await createHttpApp(adapter, given);
      app.enableShutdownHooks();
      await app.listen(0, '127.0.0.1');
      return app;
    });
    await service.shutdown.drain();
    void service.shutdown.shutdown('over', { exitCode: 3 });
    expect(await service.ended).toMatchObject({ exitCode: 3 });
    expect(calls).toEqual(['lame-duck', 'hook', 'nest']);
  });

  it('is cut short by forceClose(), and hooks still run', async () => {
    const { gate, ...given } = parts();
    const { app, url, shutdown } = await startHttpApp(adapter, given);
    const answer = ask(url, '/');
    await gate.reached();
    expect(await shutdown.forceClose('now')).toMatchObject({ outcome: 'interrupted', interrupted: 1 });
    expect((await answer).status).toBe(503);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'interrupted', endedEarly: [{ what: 'draining', by: 'now' }] });
    expect(calls).toEqual(['lame-duck', 'hook', 'nest']);
  });

  it('answers a handler that awaits the drain which waits for it', async () => {
    const { gate, ...given } = parts();
    const { app, shutdown } = await startHttpApp(adapter, given);
    gate.open();
    await expect(shutdown.track('asking', async () => await shutdown.drain())).rejects.toMatchObject({
      code: 'CIRCULAR_WAIT',
    });
    await app.close();
  });
});

describe('POST /drain on the probe port', () => {
  async function start(options: GracefulShutdownOptions) {
    const { gate, ...given } = parts({ probePort: 0, ...options });
    const service = await startHttpApp('express', given);
    const line = service.logger.texts('log').find((text) => text.startsWith('probes on port')) ?? '';
    return { ...service, gate, probes: `http://127.0.0.1:${line.split(' ').at(-1)}` };
  }

  it('drains, and answers when that is over', async () => {
    const { app, url, gate, probes, shutdown } = await start({ drainEndpoint: true });
    const answer = ask(url, '/');
    await gate.reached();
    const drained = ask(probes, { method: 'POST', path: '/drain' });
    await until('it drains', () => shutdown.phase === 'draining');
    expect((await ask(probes, '/health/ready')).status).toBe(503);
    gate.open();
    expect((await answer).status).toBe(200);
    const { status, body } = await drained;
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { outcome: 'drained', drained: 1, interrupted: 0, durationMs: expect.any(Number) as number },
    ]);
    await app.close();
    expect(shutdown.report).toMatchObject({ reason: 'POST /drain', outcome: 'clean' });
  });

  it.each([
    ['GET', {}, true, 405],
    ['POST', { 'x-forwarded-for': '10.0.0.1' }, true, 405],
    ['POST', { forwarded: 'for=10.0.0.1' }, true, 405],
    ['POST', {}, false, 405],
    ['GET', {}, false, 404],
  ])('answers %s with %p (served: %p) with %i, and drains nothing', async (method, headers, drainEndpoint, status) => {
    const { probes, shutdown } = await start({ drainEndpoint });
    const answer = await ask(probes, { method, path: '/drain', headers });
    expect([answer.status, shutdown.phase]).toEqual([status, 'ready']);
  });
});
