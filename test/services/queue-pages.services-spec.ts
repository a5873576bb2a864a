import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { compilePages, type StartPage, stopCleanly } from '../docs/page-programs.js';
import { SqsServer } from '../support/sqs-server.js';

let start: StartPage;

beforeAll(() => {
  start = compilePages('queue-pages');
});

describe('the program of the page on pg-boss', () => {
  const DATABASE_URL = process.env['DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/test';
  let env: { readonly DATABASE_URL: string; readonly PGBOSS_SCHEMA: string };
  let database: Client;

  beforeEach(async () => {
    env = { DATABASE_URL, PGBOSS_SCHEMA: `pgboss_${randomUUID().replaceAll('-', '')}` };
    database = new Client(DATABASE_URL);
    await database.connect();
  });

  afterEach(async () => {
    await database.query(`drop schema if exists ${env.PGBOSS_SCHEMA} cascade`);
    await database.end();
  });

  async function jobs(): Promise<unknown[]> {
    const states = `select state, retry_count from ${env.PGBOSS_SCHEMA}.job where name = 'charges' order by created_on`;
    return (await database.query<{ state: string; retry_count: number }>(states)).rows;
  }

  it('waits for the job that runs, which is completed before the database is closed', async () => {
    const program = start('pg-boss', env);
    await program.waitForLine(/^a charge of 1200 cents begins$/);
    const output = await stopCleanly(program);
    expect(output).toMatch(/phase draining[^]*it is done[^]*the database is closed[^]*stopped clean after/);
    expect(await jobs()).toEqual([{ state: 'completed', retry_count: 0 }]);
  });

  it('names a job that takes too long, and it is taken again', async () => {
    const short = { SHUTDOWN_GRACE_PERIOD: '4s', SHUTDOWN_LAME_DUCK: '0s', SHUTDOWN_DRAIN_TIMEOUT: '500ms' };
    const program = start('pg-boss', { ...env, ...short });
    await program.waitForLine(/^a charge of 1200 cents begins$/);
    program.signal('SIGTERM');
    const { output } = await program.exit;
    expect(output).not.toContain('it is done');
    expect(await jobs()).toEqual([{ state: 'retry', retry_count: 0 }]);
    const next = start('pg-boss', env);
    await next.waitForLine(/^it is done$/);
    await stopCleanly(next);
    // The other one is of this program.
    const [first] = await jobs();
    expect(first).toEqual({ state: 'completed', retry_count: 1 });
  });
});

describe('the program of the page on SQS', () => {
  const credentials = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'eu-west-1' };

  it('waits for messages that it works on, and takes no more', async () => {
    await using queue = await SqsServer.start();
    queue.send('1', '2');
    const program = start('sqs', { QUEUE_URL: queue.url, ...credentials });
    await program.waitForLine(/^order 2 begins$/);
    program.signal('SIGTERM');
    await program.waitForLine(/phase lame-duck|phase draining/);
    queue.send('3');
    const { code, output } = await program.exit;
    expect(output).toMatch(/order 2 is done[^]*stopped clean after/);
    expect({ code, deleted: queue.deleted, left: queue.left }).toEqual({
      code: 0,
      deleted: ['1', '2'],
      left: { 3: 0 },
    });
  });

  it('does not wait for a poll that finds nothing', async () => {
    await using queue = await SqsServer.start();
    const waiting = queue.whenWaiting();
    // Far less than the 20 s of a poll.
    const program = start('sqs', { QUEUE_URL: queue.url, ...credentials, SHUTDOWN_GRACE_PERIOD: '10s' });
    await waiting;
    const output = await stopCleanly(program);
    queue.send('1');
    expect(output).toMatch(/stopped clean after/);
    expect(queue.left).toEqual({ 1: 0 });
  });
});
