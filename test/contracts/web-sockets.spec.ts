import { type InFlight } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: expect.any(String) as string };

const oneMessage = (name: string, more: object = {}): Partial<Record<keyof InFlight, unknown>> => ({
  total: 1,
  messages: 1,
  handlers: 0,
  responses: 0,
  tasks: 0,
  items: [{ kind: 'message', name, ageMs: expect.any(Number) as number, ...more }],
});

describe.each(ADAPTERS)('the count of messages to gateways (%s)', (adapter) => {
  it('is one while a message is handled, and an idle connection is none', async () => {
    const { url, slow, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    client.send('echo', 1);
    await until('it is echoed', () => client.received.length === 1);
    expect(shutdown.inFlight().total).toBe(0);
    client.send('slow', 2);
    await slow.reached();
    expect(shutdown.inFlight()).toEqual(oneMessage('ChatGateway.onSlow'));
    slow.open();
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
    await until('it is answered', () => client.received.length === 2);
    expect(client.received).toEqual([
      { event: 'echoed', data: 1 },
      { event: 'slow done', data: 2 },
    ]);
  });

  it('is one while an observable answers, to its end', async () => {
    const { url, numbers, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    client.send('numbers');
    await until('somebody listens', () => numbers.observed);
    numbers.next(1);
    await turns();
    expect(shutdown.inFlight()).toEqual(oneMessage('ChatGateway.onNumbers'));
    numbers.complete();
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
    expect(client.received).toEqual([1]);
  });

  it('is one while a handler runs whose client has gone, and back to zero', async () => {
    const { url, slow, disconnect, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    client.send('slow');
    client.send('late numbers');
    await slow.reached(2);
    client.socket.terminate();
    await until('the gateway knows', () => disconnect.count === 1);
    await turns();
    expect(shutdown.inFlight().messages).toBe(2);
    slow.open();
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
  });
});

describe.each(ADAPTERS)('WebSockets while the service leaves (%s)', (adapter) => {
  it('stay open while a handler finishes, get its answer, and then close with 1001 and the reason', async () => {
    const { app, url, slow, shutdown, logger } = await startGatewayWorld(adapter, {
      options: { longLived: { closeReason: 'moving on' } },
    });
    const client = await WsClient.connect(url);
    client.send('slow', 'kept');
    await slow.reached();
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(client.isOpen).toBe(true);
    expect(state.isSettled).toBe(false);
    slow.open();
    expect(await client.closed).toEqual({ code: 1001, reason: 'moving on' });
    expect(client.received).toEqual([{ event: 'slow done', data: 'kept' }]);
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
      webSockets: { closed: 1, terminated: 0 },
      errors: [],
    });
    expect(logger.texts('error')).toEqual([]);
  });

  it('get every answer of an observable', async () => {
    const { app, url, numbers, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    client.send('numbers');
    await until('somebody listens', () => numbers.observed);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    numbers.next(1);
    await turns();
    expect(client.isOpen).toBe(true);
    numbers.next(2);
    numbers.complete();
    expect(await client.closed).toEqual(GONE);
    expect(client.received).toEqual([1, 2]);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  it('are not kept by a long-lived stream, which is completed', async () => {
    const { app, url, feed, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    client.send('feed');
    await until('somebody listens', () => feed.observed);
    feed.next(1);
    await turns();
    expect(shutdown.inFlight()).toEqual(oneMessage('ChatGateway.onFeed', { isLongLived: true }));
    await app.close();
    expect(feed.observed).toBe(false);
    expect(await client.closed).toEqual(GONE);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, interrupted: [] } });
  });

  it('are not kept by messages that keep coming', async () => {
    const { app, url, shutdown } = await startGatewayWorld(adapter);
    const client = await WsClient.connect(url);
    const chat = (): void => {
      if (client.isOpen) client.send('relay');
    };
    // There is always one that runs: it ends when the next one comes.
    client.socket.on('message', chat);
    chat();
    chat();
    await until('some are answered', () => client.received.length > 2);
    await app.close();
    expect(await client.closed).toEqual(GONE);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  }, 15_000);

  it('all get 1001, in batches, when there are many', async () => {
    const { app, url, shutdown } = await startGatewayWorld(adapter);
    const clients = await Promise.all(Array.from({ length: 200 }, () => WsClient.connect(url)));
    expect(shutdown.inFlight().total).toBe(0);
    const closing = app.close();
    await Promise.race(clients.map(({ closed }) => closed));
    expect(clients.some(({ isOpen }) => isOpen)).toBe(true);
    await closing;
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set([1001]));
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, drained: 0, interrupted: [] },
      webSockets: { closed: 200, terminated: 0 },
    });
  });

  it('that are asked for during the drain get 503 with lateRequests: refuse', async () => {
    const options = { lateRequests: 'refuse', retryAfter: '3s' } as const;
    const { app, url, slow, shutdown } = await startGatewayWorld(adapter, { options });
    const first = await WsClient.connect(url);
    first.send('slow');
    await slow.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    await expect(WsClient.connect(url)).rejects.toThrow('503');
    const late = await RawClient.connect(url);
    late.ask('GET', '/', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${'A'.repeat(22)}==`);
    await late.closed;
    expect(late.error).toBeUndefined();
    expect(late.received).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 3\r\n[^]*"code":"SHUTTING_DOWN"\}$/);
    slow.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { refused: 2 },
      webSockets: { closed: 1, terminated: 0 },
      upgradedSockets: { closed: 0, terminated: 0 },
    });
  });

  it('that open during the drain are told at once', async () => {
    const options = { lateRequests: 'refuse', exempt: ['/'] } as const;
    const { app, url, slow, shutdown } = await startGatewayWorld(adapter, { options });
    const first = await WsClient.connect(url);
    first.send('slow');
    await slow.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    const late = await WsClient.connect(url);
    expect(await late.closed).toEqual(GONE);
    expect(first.isOpen).toBe(true);
    slow.open();
    await closing;
    expect(shutdown.report).toMatchObject({ webSockets: { closed: 2, terminated: 0 } });
  });
});
