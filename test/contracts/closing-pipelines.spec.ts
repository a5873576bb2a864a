import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { turns } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { hold, startTrafficWorld } from '../support/traffic-world.js';

type Next = () => void;

describe.each(ADAPTERS)('pipelined requests in lame duck, each answered the moment it is read (%s)', (adapter) => {
  it('are not looked at behind the answer that ends their connection', async () => {
    const looked: (string | undefined)[] = [];
    const answerAtOnce = (request: IncomingMessage, response: ServerResponse, next: Next): void => {
      if (request.url?.startsWith('/at-once') !== true) return next();
      looked.push(request.url);
      response.end('done');
    };
    const world = await startTrafficWorld(adapter, {
      prepare: (app: INestApplication) => void app.use(answerAtOnce),
    });
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    await world.connected();
    const closing = world.app.close();
    await gate.reached();
    client.send([1, 2, 3].map((n) => `GET /at-once/${n} HTTP/1.1\r\nHost: test\r\n\r\n`).join(''));
    await client.closed;
    await turns();
    expect(client.received.match(/done/g)).toHaveLength(looked.length);
    gate.open();
    await closing;
  });
});
