import { type InFlight } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { ADAPTERS } from '../support/http-app.js';
import { WsClient } from '../support/ws-client.js';

const oneMessage = (name: string): Partial<Record<keyof InFlight, unknown>> => ({
  total: 1,
  messages: 1,
  handlers: 0,
  responses: 0,
  tasks: 0,
  items: [{ kind: 'message', name, ageMs: expect.any(Number) as number }],
});

describe.each(ADAPTERS)('WebSockets of gateways (%s)', (adapter) => {
  it('counts a message once while it is handled, and an idle connection never', async () => {
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

  it('lets a handler finish and its answer arrive, then closes with 1001 and the reason', async () => {
    const { app, url, slow, shutdown } = await startGatewayWorld(adapter);
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
    expect(await client.closed).toEqual({ code: 1001, reason: expect.any(String) as string });
    expect(client.received).toEqual([{ event: 'slow done', data: 'kept' }]);
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
      webSockets: { closed: 1, terminated: 0 },
      errors: [],
    });
  });
});
