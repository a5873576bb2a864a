import { WebSocketGateway, SubscribeMessage } from '@nestjs/websockets';
import { WsAdapter } from '@nestjs/platform-ws';
import { turns, until } from '../support/event-loop.js';
import { freePort } from '../support/free-port.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { ADAPTERS, startHttpApp } from '../support/http-app.js';
import { hold } from '../support/traffic-world.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: expect.any(String) as string };

describe.each(ADAPTERS)('gateways with a server of their own (%s)', (adapter) => {
  it.each([
    ['a port', {}],
    ['a port and a path', { path: '/chat' }],
  ])('on %s: it listens until the drain, and not longer', async (_name, gateway: { path?: string }) => {
    const port = await freePort();
    const world = await startGatewayWorld(adapter, {}, { port, gateway });
    const url = `http://127.0.0.1:${port}${gateway.path ?? ''}`;
    const lameDuck = hold(world, 'lame-duck');
    const first = await WsClient.connect(url);
    first.send('slow', 1);
    await world.slow.reached();
    const closing = world.app.close();
    await lameDuck.reached();
    const second = await WsClient.connect(url);
    second.send('echo', 2);
    await until('it is echoed', () => second.received.length === 1);
    lameDuck.open();
    expect(await second.closed).toEqual(GONE);
    await turns();
    const late = await WsClient.connect(url).then(() => 'accepted', String);
    expect(late).toContain('ECONNREFUSED');
    expect(first.isOpen).toBe(true);
    world.slow.open();
    expect(await first.closed).toEqual(GONE);
    expect(first.received).toEqual([{ event: 'slow done', data: 1 }]);
    await closing;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 2, terminated: 0 } });
    expect(world.logger.texts('error')).toEqual([]);
  });

  it('of which several share one by their paths', async () => {
    @WebSocketGateway({ path: '/orders' })
    class OrdersGateway {
      @SubscribeMessage('who')
      onWho(): unknown {
        return 'orders';
      }
    }

    @WebSocketGateway({ path: '/quotes' })
    class QuotesGateway {
      @SubscribeMessage('who')
      onWho(): unknown {
        return 'quotes';
      }
    }

    const { app, url, shutdown } = await startHttpApp(adapter, {
      providers: [OrdersGateway, QuotesGateway],
      prepare: (made) => made.useWebSocketAdapter(new WsAdapter(made)),
    });
    const clients = [await WsClient.connect(`${url}/orders`), await WsClient.connect(`${url}/quotes`)];
    for (const client of clients) client.send('who');
    await until('both are answered', () => clients.every(({ received }) => received.length === 1));
    expect(clients.map(({ received }) => received)).toEqual([['orders'], ['quotes']]);
    await app.close();
    for (const { closed } of clients) expect(await closed).toEqual(GONE);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 2, terminated: 0 } });
  });
});

describe.each(ADAPTERS)('the adapter of gateways (%s)', (adapter) => {
  const METHODS = ['bindClientConnect', 'bindMessageHandlers'];
  const ownMethods = (adapterOfGateways: object): string[] =>
    METHODS.filter((name) => Object.hasOwn(adapterOfGateways, name));

  it('is given back as it was when the application is closed', async () => {
    const made: WsAdapter[] = [];
    const { app } = await startGatewayWorld(adapter, {
      prepare: (application) => {
        const own = new WsAdapter(application);
        application.useWebSocketAdapter(own);
        made.push(own);
      },
    });
    expect(made.map(ownMethods)).toEqual([METHODS]);
    await app.close();
    expect(made.map(ownMethods)).toEqual([[]]);
  });

  it('is left alone by a module that is not enabled', async () => {
    const made: WsAdapter[] = [];
    const { app, url, shutdown } = await startGatewayWorld(adapter, {
      options: { enabled: false },
      prepare: (application) => {
        const own = new WsAdapter(application);
        application.useWebSocketAdapter(own);
        made.push(own);
      },
    });
    expect(made.map(ownMethods)).toEqual([[]]);
    const client = await WsClient.connect(url);
    client.send('slow');
    await app.close();
    // As Nest does it.
    expect(await client.closed).toEqual({ code: 1006, reason: '' });
    expect(shutdown.report).toMatchObject({ webSockets: { closed: 0, terminated: 0 } });
  });
});
