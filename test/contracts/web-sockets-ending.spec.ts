import { Injectable } from '@nestjs/common';
import { OnGracefulShutdown } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: expect.any(String) as string };

describe.each(ADAPTERS)('WebSockets that cannot be closed in time (%s)', (adapter) => {
  // ws itself would wait for 30 s.
  it('are terminated when their peers do not answer, long before the deadline, and nothing is lost', async () => {
    const { app, url, shutdown } = await startGatewayWorld(adapter);
    const [dead, alive] = [await WsClient.connect(url), await WsClient.connect(url)];
    dead.socket.pause();
    await app.close();
    expect(await alive.closed).toEqual(GONE);
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      late: false,
      requests: { interrupted: [] },
      webSockets: { closed: 1, terminated: 1 },
    });
  }, 15_000);

  it('get 1001 at the deadline, while the handlers that run on them are named as interrupted', async () => {
    const { app, url, slow, shutdown } = await startGatewayWorld(adapter, { options: { drainTimeout: '300ms' } });
    const [busy, dead] = [await WsClient.connect(url), await WsClient.connect(url)];
    busy.send('slow');
    dead.send('slow');
    await slow.reached(2);
    dead.socket.pause();
    await app.close();
    expect(await busy.closed).toEqual(GONE);
    expect(busy.received).toEqual([]);
    const cut = { kind: 'message', name: 'ChatGateway.onSlow', ageMs: expect.any(Number) as number };
    expect(shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { inFlightAtStart: 2, drained: 0, interrupted: [cut, cut] },
      webSockets: { closed: 1, terminated: 1 },
      errors: [],
    });
  });

  it('have had a signal by then, early enough for handlers to answer', async () => {
    const { app, url, slow, signals, shutdown } = await startGatewayWorld(adapter, {
      options: { drainTimeout: '500ms' },
    });
    const client = await WsClient.connect(url);
    client.send('listen');
    await slow.reached();
    signals[0]?.addEventListener('abort', () => slow.open());
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(signals[0]?.aborted).toBe(false);
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual([{ event: 'heard', data: true }]);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});

describe.each(ADAPTERS)('handleDisconnect of a gateway (%s)', (adapter) => {
  it('is waited for, by name, before hooks close what it needs', async () => {
    const saved = new Gate();
    const steps: string[] = [];

    @Injectable()
    class Database {
      @OnGracefulShutdown(80)
      close(): void {
        steps.push('database closed');
      }
    }

    const { app, url, disconnect, shutdown } = await startGatewayWorld(adapter, { providers: [Database] });
    disconnect.run = async () => {
      await saved.pass();
      steps.push('saved');
    };
    const client = await WsClient.connect(url);
    const closing = app.close();
    const state = watch(closing);
    expect(await client.closed).toEqual(GONE);
    await saved.reached();
    await turns();
    expect(state.isSettled).toBe(false);
    expect(shutdown.phase).toBe('draining');
    expect(shutdown.inFlight().items).toEqual([
      { kind: 'handler', name: 'ChatGateway.handleDisconnect', ageMs: expect.any(Number) as number },
    ]);
    saved.open();
    await closing;
    expect(steps).toEqual(['saved', 'database closed']);
    expect(disconnect.count).toBe(1);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });

  it('that is rejected is an error of the report, and ends nothing', async () => {
    const { app, url, disconnect, shutdown } = await startGatewayWorld(adapter);
    disconnect.run = () => Promise.reject(new Error('not saved'));
    const clients = [await WsClient.connect(url), await WsClient.connect(url)];
    await app.close();
    for (const { closed } of clients) expect(await closed).toEqual(GONE);
    const error = { origin: 'ChatGateway.handleDisconnect', message: 'not saved' };
    expect(shutdown.report).toMatchObject({
      outcome: 'failed',
      errors: [error, error],
      webSockets: { closed: 2, terminated: 0 },
    });
  });

  it('is called for a client that leaves by itself, as ever', async () => {
    const { url, disconnect, shutdown } = await startGatewayWorld(adapter);
    const saved = new Gate();
    disconnect.run = () => saved.pass();
    const client = await WsClient.connect(url);
    client.socket.close();
    await saved.reached();
    expect(shutdown.inFlight()).toMatchObject({ total: 1, handlers: 1 });
    saved.open();
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
  });
});
