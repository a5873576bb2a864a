import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { ServerRuntimeClient } from '@sentry/core/server';
import { makeNodeTransport } from '@sentry/node';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mongoose';
import { Piscina } from 'piscina';
import { Gate } from '../support/gate.js';
import { kafkaBroker, KafkaBroker } from '../support/kafka-broker.js';
import { itNeeds } from '../support/machine.js';
import { MongoServer } from '../support/mongo-server.js';
import { startProgram } from '../support/program.js';
import { startWorker } from '../support/worker-app.js';

const POSTGRES = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** An application with one client among its providers. */
async function start(client: object, options: { readonly gracePeriod?: '3s' } = {}) {
  const worker = await startWorker({ options, providers: [{ provide: 'CLIENT', useFactory: () => client }] });
  const closed = async () => {
    const { outcome, resources, unseen } = await worker.closed();
    return { outcome, results: resources.map(({ name, result }) => `${name}: ${result}`), unseen };
  };
  /** Resolves when the shutdown waits for the client. */
  const isAwaited = async (name: string): Promise<void> => {
    while (!worker.shutdown.progress().waitingFor.includes(`${name} to close`)) await setImmediate();
  };
  return { shutdown: worker.shutdown, closed, isAwaited };
}

interface Inserting {
  readonly client: object;
  readonly insert: () => Promise<unknown>;
}

const MONGO: readonly (readonly [name: string, connect: (url: string) => Promise<Inserting>])[] = [
  [
    'MongoDB client',
    async (url) => {
      const client = await new MongoClient(url).connect();
      return { client, insert: () => client.db().collection<{ _id: number }>('orders').insertOne({ _id: 7 }) };
    },
  ],
  [
    'Mongoose connection',
    async (url) => {
      const client = await createConnection(url).asPromise();
      return { client, insert: () => client.collection('orders').insertOne({ _id: 7 } as never) };
    },
  ],
];

describe.each(MONGO)('a %s, over the wire protocol of MongoDB', (title, connect) => {
  let server: MongoServer;

  beforeEach(async () => {
    server = await MongoServer.start();
  });
  afterEach(() => server.stop());

  it('waits for an operation that runs, and then closes', async () => {
    const { client, insert } = await connect(server.url);
    const gate = new Gate();
    server.beforeInsert = () => gate.pass();
    const inserted = insert();
    await gate.reached();
    const { closed, isAwaited } = await start(client);
    const end = closed();
    await isAwaited(`${title} CLIENT`);
    gate.open();
    await inserted;
    expect(await end).toEqual({ outcome: 'clean', results: [`${title} CLIENT: closed`], unseen: [] });
    expect(server.inserted).toEqual(['orders 7']);
  });

  it('is closed by force when an operation has no end, and the end is unverified', async () => {
    const { client, insert } = await connect(server.url);
    const gate = new Gate();
    server.beforeInsert = () => gate.pass();
    const cut = Promise.allSettled([insert()]);
    await gate.reached();
    const { closed } = await start(client, { gracePeriod: '3s' });
    expect(await closed()).toEqual({
      outcome: 'unverified',
      results: [`${title} CLIENT: forced`],
      unseen: [expect.stringContaining(`operations of a ${title}`)],
    });
    expect((await cut)[0].status).toBe('rejected');
    gate.open();
  });
});

describe('MikroORM over PostgreSQL', () => {
  const connect = () => MikroORM.init({ clientUrl: POSTGRES, entities: [], discovery: { warnWhenNoEntities: false } });

  it('is closed', async () => {
    const orm = await connect();
    await orm.em.getConnection().execute('select 1');
    const { closed } = await start(orm);
    expect(await closed()).toEqual({ outcome: 'clean', results: ['MikroORM CLIENT: closed'], unseen: [] });
    expect(await orm.isConnected()).toBe(false);
  });

  it('is closed by force where a transaction has no end, and the end is unverified', async () => {
    const orm = await connect();
    const em = orm.em.fork();
    await em.begin();
    await em.getConnection().execute('select 1', [], 'all', em.getTransactionContext());
    const { closed } = await start(orm, { gracePeriod: '3s' });
    expect(await closed()).toMatchObject({ outcome: 'unverified', results: ['MikroORM CLIENT: forced'] });
  });
});

describe('a producer of kafkajs', () => {
  itNeeds(kafkaBroker, 'waits for what it is sending', async () => {
    const broker = await KafkaBroker.start();
    const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
    const producer = kafka.producer();
    await producer.connect();
    const { closed } = await start(producer);
    const sent = Array.from({ length: 20 }, (_, index) =>
      producer.send({ topic: 'resources', messages: [{ value: String(index) }] }),
    );
    expect(await closed()).toEqual({ outcome: 'clean', results: ['kafkajs client CLIENT: closed'], unseen: [] });
    expect((await Promise.all(sent)).map(([record]) => record?.errorCode)).toEqual(sent.map(() => 0));
    await broker.stop();
  });
});

describe('a Piscina pool', () => {
  it('finishes its tasks', async () => {
    const pool = new Piscina({ filename: join(__dirname, '../support/doubling-task.cjs'), maxThreads: 1 });
    const { closed } = await start(pool);
    const tasks = Promise.all([1, 2, 3].map((number): Promise<unknown> => pool.run(number)));
    expect(await closed()).toEqual({ outcome: 'clean', results: ['Piscina pool CLIENT: closed'], unseen: [] });
    expect(await tasks).toEqual([2, 4, 6]);
  });
});

/** A server of HTTP that takes everything: what it got, as text. */
async function startCollector() {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      bodies.push(`${request.url} ${body.toString('latin1')}`);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  };
  // Of a server that listens on a port.
  return { bodies, port: (server.address() as AddressInfo).port, stop };
}

describe('telemetry over HTTP', () => {
  it('of OpenTelemetry: the collector gets the spans of the last hook', async () => {
    const { bodies, port, stop } = await startCollector();
    const program = startProgram('traced', { nest: 12, env: { COLLECTOR: `http://127.0.0.1:${port}` } });
    await program.waitForLine(/^listening$/);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect([code, output]).toEqual([0, expect.stringMatching(/stopped clean after/)]);
    expect(bodies).toEqual([expect.stringMatching(/^\/v1\/traces [^]*the last span/)]);
    await stop();
  });

  it('of Sentry: the server gets the events of the last hook', async () => {
    const { bodies, port, stop } = await startCollector();
    const client = new ServerRuntimeClient({
      ...{ dsn: `http://key@127.0.0.1:${port}/1`, integrations: [] },
      ...{ transport: makeNodeTransport, stackParser: () => [] },
    });
    client.init();
    const { shutdown, closed } = await start(client);
    shutdown.register('tell', () => void client.captureMessage('the last event'), { phase: 'stopped' });
    expect(await closed()).toEqual({ outcome: 'clean', results: ['Sentry client CLIENT: closed'], unseen: [] });
    expect(bodies.join('\n')).toContain('the last event');
    await stop();
  });
});
