import { randomUUID } from 'node:crypto';
import { connect } from 'amqplib';
import { jsonReport, playWorkloads, type Rehearsal, textReport, type WorkloadOptions } from 'nestjs-lifecycle-rollout';
import { rehearsalProblems } from '../support/rehearsal-schema.js';
import { root } from '../support/repository.js';

const RABBITMQ = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';

/** Answers, and goes on doing so for a while after SIGTERM. */
const SHOP = `
let isLeaving = false;
const server = require('node:http').createServer((request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  response.writeHead(isLeaving && request.url === '/ready' ? 503 : 200).end('ok');
}).listen(process.env.PORT);
process.on('SIGTERM', () => {
  isLeaving = true;
  setTimeout(() => { server.close(() => process.exit(0)); server.closeIdleConnections(); }, 1500);
});
`;

/** Consumes four at a time, and does nothing at SIGTERM. */
const MAILER = `
const { connect } = require('amqplib');
(async () => {
  const channel = await (await connect(process.env.RABBITMQ_URL)).createChannel();
  await channel.assertQueue(process.env.QUEUE, { durable: false, expires: 60000 });
  await channel.prefetch(4);
  await channel.consume(process.env.QUEUE, (message) => setTimeout(() => {
    console.log('did number ' + JSON.parse(message.content).number + '.');
    channel.ack(message);
  }, 200));
  require('node:http').createServer((_request, response) => response.end('ok')).listen(process.env.PORT);
})();
`;

const queue = `lifecycle-among-${randomUUID()}`;

function workload(script: string, changes: Partial<WorkloadOptions>): WorkloadOptions {
  return {
    ...{ command: ['node', '-e', script], cwd: root, ports: [{ containerPort: 3000 }], pid1: false },
    ...{ replicas: 2, maxSurge: 2, maxUnavailable: 0, gracePeriod: '6s', liveness: false },
    ...{ readiness: { path: '/ready', period: '250ms', timeout: '5s', failureThreshold: 20 }, ...changes },
  };
}

const messages = { url: RABBITMQ, queue, handled: 'did number {n}.', rate: 10, backlog: 8 };

describe('a consumer that is rolled with other workloads', () => {
  let run: Rehearsal;
  beforeAll(async () => {
    run = await playWorkloads({
      ...{ nodes: 2, endpointLag: 500, warmUp: '1s', coolDown: '300ms', seed: 7, rolled: 'together' },
      workloads: {
        shop: workload(SHOP, { requests: ['/orders'], rate: 20, clients: 2, keepAliveShare: 0 }),
        mailer: workload(MAILER, { env: { RABBITMQ_URL: RABBITMQ, QUEUE: queue }, messages }),
      },
    });
  }, 120_000);

  it('has its messages in the ledger, with the cause at its own name', () => {
    const { verdict } = run;
    expect(verdict.messages?.sent).toBeGreaterThan(10);
    expect(verdict.messages?.troubled.map(({ fate, cause }) => `${fate}: ${cause}`)).toContain(
      'cut: no-signal-handling',
    );
    expect(verdict.messages?.troubled[0]?.pod).toMatch(/^mailer-v1-\d$/);
    const errors = verdict.faults.filter(({ severity }) => severity === 'error');
    expect([...new Set(errors.map(({ workload: of }) => of))]).toEqual(['mailer']);
    expect(verdict.passes).toBe(false);
  });

  it('leaves the requests of the others alone', () => {
    expect(run.verdict.requests).toMatchObject({ lost: 0 });
    expect(run.verdict.requests.sent).toBeGreaterThan(20);
  });

  it('is in the reports', () => {
    expect(textReport(run)).toMatch(/✕ mailer: .*[\s\S]*Messages of /);
    expect(rehearsalProblems(JSON.parse(jsonReport(run, { withFacts: true })))).toEqual([]);
  });

  it('leaves nothing in the queue', async () => {
    const connection = await connect(RABBITMQ);
    const channel = await connection.createChannel();
    expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 0 });
    await connection.close();
  });
});
