import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { RESOURCE_KINDS } from '../../libs/lifecycle/src/resources/known-kinds.js';
import { itNeeds } from '../support/machine.js';
import { promClient, promClientPackage } from '../support/prom-client.js';
import { startWorker } from '../support/worker-app.js';

const JOB = { jobName: 'orders', groupings: { instance: 'a' } };
const PATH = '/metrics/job/orders/instance/a';

/** A server of HTTP in the place of the gateway: what it was sent, and how it answers. */
class Gateway {
  readonly pushed: [method: string | undefined, url: string | undefined, value: string | undefined][] = [];
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(202).end();
  readonly #server = createServer((request, response) => {
    void text(request).then((body) => {
      this.pushed.push([request.method, request.url, /^orders_total (\d+)$/m.exec(body)?.[1]]);
      this.answer(response);
    });
  });

  async start(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    // Of a server that listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }
}

describe('a Pushgateway of prom-client', () => {
  const gateway = new Gateway();
  let url: string;

  beforeAll(async () => {
    url = await gateway.start();
  });
  beforeEach(() => {
    gateway.pushed.length = 0;
    gateway.answer = (response) => void response.writeHead(202).end();
  });
  afterAll(() => gateway.stop());

  async function startPushing() {
    const { Counter, Pushgateway, Registry } = promClient();
    const registry = new Registry();
    const orders = new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] });
    const client = new Pushgateway(url, {}, registry);
    const { shutdown, closed } = await startWorker({
      options: { gracePeriod: '3s' },
      providers: [{ provide: 'METRICS', useFactory: () => client }],
    });
    return { orders, client, shutdown, closed };
  }

  itNeeds(promClientPackage, 'is of one kind', async () => {
    const { client, closed } = await startPushing();
    const kinds = RESOURCE_KINDS.filter((kind) => kind.recognise(client) !== undefined);
    expect(kinds.map(({ title }) => title)).toEqual(['Pushgateway']);
    await closed();
  });

  itNeeds(
    promClientPackage,
    'gets the last values, of the job and the groupings of the last push, when all is over',
    async () => {
      const { orders, client, shutdown, closed } = await startPushing();
      orders.inc(3);
      await client.pushAdd(JOB);
      shutdown.register('last order', () => orders.inc(4), { phase: 'stopped' });
      const { outcome, resources } = await closed();
      expect(resources).toMatchObject([
        { name: 'Pushgateway METRICS', type: 'telemetry', priority: 90, result: 'closed' },
      ]);
      expect({ outcome, pushed: gateway.pushed }).toEqual({
        outcome: 'clean',
        pushed: [
          ['POST', PATH, '3'],
          ['POST', PATH, '7'],
        ],
      });
      expect(Object.hasOwn(client, 'pushAdd')).toBe(false);
    },
  );

  itNeeds(promClientPackage, 'gets them behind a push that still runs', async () => {
    const { orders, client, closed } = await startPushing();
    const first = new Promise<ServerResponse>((resolve) => (gateway.answer = resolve));
    orders.inc();
    const push = client.pushAdd(JOB);
    const response = await first;
    gateway.answer = (next) => void next.writeHead(202).end();
    orders.inc();
    const end = closed();
    expect(gateway.pushed).toEqual([['POST', PATH, '1']]);
    response.writeHead(202).end();
    await push;
    expect((await end).outcome).toBe('clean');
    expect(gateway.pushed).toEqual([
      ['POST', PATH, '1'],
      ['POST', PATH, '2'],
    ]);
  });

  itNeeds(promClientPackage, 'that never answers is given up in time, and the end is unverified', async () => {
    const { client, closed } = await startPushing();
    await client.pushAdd(JOB);
    gateway.answer = () => undefined;
    const { outcome, resources, unseen } = await closed();
    expect({ outcome, result: resources[0]?.result }).toEqual({ outcome: 'unverified', result: 'forced' });
    expect(unseen).toEqual([expect.stringContaining('the last values that a Pushgateway has not taken')]);
  });

  itNeeds(promClientPackage, 'that refuses them makes the end failed', async () => {
    const { client, closed } = await startPushing();
    await client.pushAdd(JOB);
    gateway.answer = (response) => void response.writeHead(400).end('too late');
    const { outcome, resources } = await closed();
    expect(outcome).toBe('failed');
    expect(resources).toMatchObject([{ result: 'failed', error: 'push failed with status 400, too late' }]);
  });

  itNeeds(promClientPackage, 'to which nothing was pushed has no job, and is left alone', async () => {
    const { orders, closed } = await startPushing();
    orders.inc();
    expect(await closed()).toMatchObject({ outcome: 'clean', resources: [{ result: 'closed-before' }] });
    expect(gateway.pushed).toEqual([]);
  });
});
