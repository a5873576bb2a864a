import type { IncomingMessage, ServerResponse } from 'node:http';
import { until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { startTrafficWorld } from '../support/traffic-world.js';

/** Answers within the event of the request, as health checks, CORS and static files are. */
function answerAtOnce(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (request.url === '/at-once') response.end('at once');
  else next();
}

describe.each(ADAPTERS)('idle connections that linger at the end of the drain (%s)', (adapter) => {
  it('are served although others are, at once, one after the other', async () => {
    const world = await startTrafficWorld(adapter, { prepare: (app) => void app.use(answerAtOnce) });
    const clients = await Promise.all(Array.from({ length: 4 }, () => RawClient.connect(world.url)));
    for (const client of clients) {
      client.ask('GET', '/at-once');
      await client.until(/at once$/);
      client.received = '';
    }
    const closing = world.app.close();
    await until('the listener is closed', () => !world.server.listening);
    for (const client of clients) {
      client.ask('GET', '/at-once');
      await client.until(/connection: close[^]*at once$/i);
    }
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 0, drained: 4, interrupted: [] },
    });
  });
});
