import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { type Adapter, ADAPTERS, ask, startHttpApp } from '../support/http-app.js';
import { SocketIoClient, type Transport, TRANSPORTS } from '../support/socket-io-client.js';

const KINDS = ADAPTERS.flatMap((adapter) => TRANSPORTS.map((transport): [Adapter, Transport] => [adapter, transport]));

const startWorld = (adapter: Adapter, options: object = {}) =>
  startGatewayWorld(
    adapter,
    { options: { longLived: { closeReason: 'moving on', event: 'leaving' }, ...options } },
    { isSocketIo: true },
  );

const GOODBYE = ['leaving: {"reason":"moving on"}', 'disconnect: io server disconnect'];

describe.each(KINDS)('socket.io while the service leaves (%s, %s)', (adapter, transport) => {
  it('tells idle clients by an event, then disconnects them', async () => {
    const { app, url, shutdown, logger } = await startWorld(adapter);
    const clients = await Promise.all([1, 2, 3].map(() => SocketIoClient.connect(url, transport)));
    await turns();
    expect(shutdown.inFlight().total).toBe(0);
    await app.close();
    for (const { disconnected } of clients) await disconnected;
    expect(clients.map(({ happened }) => happened)).toEqual([GOODBYE, GOODBYE, GOODBYE]);
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, drained: 0, interrupted: [] },
      webSockets: { closed: 3, terminated: 0 },
      errors: [],
    });
    expect(logger.texts('error')).toEqual([]);
  });

  it.each(['serve', 'refuse'] as const)(
    'loses no acknowledgement in flight (lateRequests: %s)',
    async (lateRequests) => {
      const { app, url, slow, shutdown } = await startWorld(adapter, { lateRequests });
      const client = await SocketIoClient.connect(url, transport);
      const answer: Promise<unknown> = client.socket.emitWithAck('ask', 42);
      await slow.reached();
      expect(shutdown.inFlight()).toMatchObject({ messages: 1 });
      const closing = app.close();
      const state = watch(closing);
      await until('it drains', () => shutdown.phase === 'draining');
      await turns();
      expect(state.isSettled).toBe(false);
      expect(client.happened).toEqual([]);
      slow.open();
      expect(await answer).toEqual({ answer: 42 });
      await client.disconnected;
      expect(client.happened).toEqual(GOODBYE);
      await closing;
      expect(shutdown.report).toMatchObject({
        outcome: 'clean',
        requests: { inFlightAtStart: 1, drained: 1, refused: 0 },
        webSockets: { closed: 1, terminated: 0 },
      });
    },
  );

  it('awaits handleDisconnect', async () => {
    const { app, url, slow, disconnect, shutdown } = await startWorld(adapter);
    disconnect.run = () => slow.pass();
    const client = await SocketIoClient.connect(url, transport);
    const closing = app.close();
    const state = watch(closing);
    await client.disconnected;
    await slow.reached();
    await turns();
    expect(state.isSettled).toBe(false);
    slow.open();
    await closing;
    expect(disconnect.count).toBe(1);
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });
});

describe.each(ADAPTERS)('clients of socket.io in several namespaces (%s)', (adapter) => {
  it('share a connection: all handlers on it finish, and each client is told', async () => {
    const gate = new Gate();

    @WebSocketGateway({ namespace: 'orders' })
    class OrdersGateway {
      @SubscribeMessage('ask')
      async onAsk(): Promise<unknown> {
        await gate.pass();
        return 'orders';
      }
    }

    @WebSocketGateway({ namespace: 'quotes' })
    class QuotesGateway {
      @SubscribeMessage('ask')
      onAsk(): unknown {
        return 'quotes';
      }
    }

    const { app, url, shutdown, logger } = await startHttpApp(adapter, { providers: [OrdersGateway, QuotesGateway] });
    const orders = await SocketIoClient.connect(`${url}/orders`, 'websocket');
    const quotes = await SocketIoClient.join(orders, '/quotes');
    expect(await quotes.socket.emitWithAck('ask', {})).toBe('quotes');
    const answer: Promise<unknown> = orders.socket.emitWithAck('ask', {});
    await gate.reached();
    expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['ask']);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(quotes.happened).toEqual([]);
    gate.open();
    expect(await answer).toBe('orders');
    await closing;
    for (const client of [orders, quotes]) {
      await client.disconnected;
      expect(client.happened).toEqual([
        expect.stringMatching(/^server-shutting-down: /),
        'disconnect: io server disconnect',
      ]);
    }
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
    expect(logger.texts('error')).toEqual([]);
  });
});

describe.each(ADAPTERS)('clients of socket.io that come too late (%s)', (adapter) => {
  it('get 503 on every transport with lateRequests: refuse, while those that are there go on', async () => {
    const { app, url, slow, shutdown } = await startWorld(adapter, { lateRequests: 'refuse' });
    const [open, upgrading] = [await SocketIoClient.connect(url, 'websocket'), await openSession(url)];
    const answer: Promise<unknown> = open.socket.emitWithAck('ask', 42);
    await slow.reached();
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(await ask(url, '/socket.io/?EIO=4&transport=polling')).toMatchObject({ status: 503 });
    await expect(SocketIoClient.connect(url, 'websocket')).rejects.toThrow('websocket error');
    await expect(SocketIoClient.connect(url, 'polling')).rejects.toThrow('xhr poll error');
    expect(await ask(url, { method: 'POST', path: upgrading, body: '1' })).toMatchObject({ status: 200 });
    slow.open();
    expect(await answer).toEqual({ answer: 42 });
    await open.disconnected;
    expect(open.happened).toEqual(GOODBYE);
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, refused: 3 },
      webSockets: { closed: 1, terminated: 0 },
      upgradedSockets: { closed: 0, terminated: 0 },
    });
  });
});

/** Where a session is polled that has said nothing yet. */
async function openSession(url: string): Promise<string> {
  const { body } = await ask(url, '/socket.io/?EIO=4&transport=polling');
  const { sid } = JSON.parse(body.slice(1)) as { readonly sid: string };
  return `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
}

describe.each(ADAPTERS)('clients of socket.io that cannot be told (%s)', (adapter) => {
  it('are terminated when a WebSocket does not answer', async () => {
    const { app, url, shutdown } = await startWorld(adapter);
    const client = await SocketIoClient.connect(url, 'websocket');
    client.stopReading();
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 0, terminated: 1 } });
  }, 15_000);

  it('are terminated when they do not poll any more', async () => {
    const { app, url, shutdown } = await startWorld(adapter);
    const path = await openSession(url);
    await ask(url, { method: 'POST', path, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: '40' });
    expect((await ask(url, path)).body).toMatch(/^40/);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 0, terminated: 1 } });
  }, 15_000);
});
