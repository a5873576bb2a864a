import { turns, until } from '../support/event-loop.js';
import { startGatewayWorld } from '../support/gateway-world.js';
import { WsClient } from '../support/ws-client.js';

it('ends a stream of a gateway that is silent when the service leaves, marked or not', async () => {
  const { app, url, numbers, shutdown } = await startGatewayWorld('express', { options: { gracePeriod: '60s' } });
  const client = await WsClient.connect(url);
  client.send('numbers');
  await until('somebody listens', () => numbers.observed);
  numbers.next(1);
  await turns();
  expect(shutdown.inFlight().messages).toBe(1);
  await app.close();
  expect(numbers.observed).toBe(false);
  expect((await client.closed).code).toBe(1001);
  expect(shutdown.report).toMatchObject({
    outcome: 'clean',
    requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
    webSockets: { closed: 1, terminated: 0 },
  });
});
