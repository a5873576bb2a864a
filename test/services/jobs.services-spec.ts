import { resolve } from 'node:path';
import { type JobLedgerOptions, JobLedger } from '../support/job-ledger.js';
import { root } from '../support/repository.js';

/** `npm run test:restarts` asks for fifty. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 4);

const KINDS: readonly (readonly [name: string, options: Pick<JobLedgerOptions, 'library' | 'nest'>])[] = [
  ['BullMQ 6, Nest 12', { library: 'bullmq', nest: 12 }],
  ['BullMQ 5, Nest 11', { library: 'bullmq', nest: 11 }],
  ['Bull 4, Nest 12', { library: 'bull', nest: 12 }],
  ['Bull 4, Nest 11', { library: 'bull', nest: 11 }],
];

describe.each(KINDS)('the jobs of %s', (_name, kind) => {
  it(
    'are each done once through rolling restarts, under a steady stream and a backlog',
    async () => {
      await using ledger = await JobLedger.open(kind);
      const ends = await ledger.restart(RESTARTS);
      expect(await ledger.end()).toEqual({ lost: [], repeated: [], cut: [] });
      for (const { code, report, output } of ends) {
        if (report?.outcome !== 'clean' || code !== 0) throw new Error(output);
      }
    },
    (RESTARTS + 2) * 20_000,
  );

  it('are named while they run, by queue and name, and finish with the whole time of the drain', async () => {
    await using ledger = await JobLedger.open({ ...kind, jobMs: [7000, 7000] });
    const worker = await ledger.start();
    await ledger.add('slow', 1);
    await worker.waitForLine(/^took job 1$/);
    const { total, items } = await ledger.inFlightOf(worker);
    expect(total).toBe(1);
    expect(items).toMatchObject([{ kind: 'job', name: expect.stringMatching(/^ledger-[-0-9a-f]+: slow$/) as unknown }]);
    const { code, report } = await ledger.stop(worker);
    expect({ code, outcome: report?.outcome }).toEqual({ code: 0, outcome: 'clean' });
    expect(await ledger.result([1])).toEqual({ lost: [], repeated: [], cut: [] });
  });

  it('that are killed in the middle are done by another worker, their charges once', async () => {
    await using ledger = await JobLedger.open({ ...kind, jobMs: [1500, 1500] });
    const worker = await ledger.start();
    await ledger.add('order', 8);
    await worker.waitForLine(/^took job 4$/);
    await ledger.stop(worker, 'SIGKILL');
    await ledger.start();
    const result = await ledger.end();
    expect(result.lost).toEqual([]);
    expect(result.cut.length).toBeGreaterThan(0);
  });

  it('that hang are named as interrupted, and go to another worker', async () => {
    await using ledger = await JobLedger.open({ ...kind, options: { gracePeriod: '6s', hookBudget: '1s' } });
    const worker = await ledger.start();
    await ledger.add('hang', 1);
    await worker.waitForLine(/^took job 1$/);
    const { code, report } = await ledger.stop(worker);
    expect(code).toBe(1);
    expect(report?.requests.interrupted).toMatchObject([
      { kind: 'job', name: expect.stringMatching(/: hang$/) as unknown },
    ]);
    const other = await ledger.start();
    await other.waitForLine(/^took job 1$/);
  });
});

describe.each(KINDS.filter((_kind, index) => index % 2 === 0))('the jobs of %s without the module', (_name, kind) => {
  it('are cut by plain Nest, which closes its database first', async () => {
    await using ledger = await JobLedger.open({ ...kind, withModule: false });
    await ledger.restart(2);
    const { cut } = await ledger.end();
    expect(cut.length).toBeGreaterThan(0);
  });
});

describe.each(KINDS)('a job of %s that heeds its signal', (_name, kind) => {
  it('goes back to its queue, and has not failed', async () => {
    const options = { gracePeriod: '6s', hookBudget: '1s' } as const;
    await using ledger = await JobLedger.open({ ...kind, options });
    const worker = await ledger.start();
    await ledger.add('patient', 1);
    await worker.waitForLine(/^took job 1$/);
    const { report } = await ledger.stop(worker);
    expect(report?.requests.interrupted).toMatchObject([{ name: expect.stringMatching(/: patient$/) as unknown }]);
    const other = await ledger.start();
    await other.waitForLine(/^took job 1$/);
  });
});

describe.each(KINDS.slice(0, 2))('a lame-duck hook that closes the worker of %s', (_name, kind) => {
  it('lets the jobs finish that run, before the database is closed', async () => {
    await using ledger = await JobLedger.open({ ...kind, jobMs: [7000, 7000], hook: 'close' });
    const worker = await ledger.start();
    await ledger.add('slow', 2);
    await worker.waitForLine(/^took job 2$/);
    const { code, report, output } = await ledger.stop(worker);
    if (code !== 0) throw new Error(output);
    expect(report).toMatchObject({ outcome: 'clean', hooks: [{ phase: 'lame-duck', result: 'done' }, {}] });
    expect(await ledger.result([1, 2])).toEqual({ lost: [], repeated: [], cut: [] });
  });
});

describe.each(KINDS)('a sandboxed processor of %s', (_name, kind) => {
  it('is waited for, and counted by queue and name', async () => {
    const sandbox = resolve(root, 'test/support/sandboxed-job.cjs');
    await using ledger = await JobLedger.open({ ...kind, sandbox, jobMs: [3000, 3000] });
    const worker = await ledger.start();
    await ledger.add('slow', 1);
    await worker.waitForLine(/took job 1$/);
    expect((await ledger.inFlightOf(worker)).items).toMatchObject([{ kind: 'job' }]);
    const { code, report, output } = await ledger.stop(worker);
    if (code !== 0) throw new Error(output);
    expect(report?.outcome).toBe('clean');
    expect(await ledger.result([1])).toEqual({ lost: [], repeated: [], cut: [] });
  });
});

describe.each(KINDS.slice(0, 2))('a worker of %s that has stopped', (_name, kind) => {
  it('takes none of the jobs that come while others of it finish', async () => {
    await using ledger = await JobLedger.open({ ...kind, jobMs: [4000, 4000] });
    const worker = await ledger.start();
    await ledger.add('slow', 1);
    await worker.waitForLine(/^took job 1$/);
    worker.signal('SIGTERM');
    await worker.waitForLine(/phase draining/);
    await ledger.add('order', 3);
    expect(await worker.exit).toMatchObject({ code: 0 });
    expect(await ledger.result([1, 2, 3, 4])).toEqual({ lost: [2, 3, 4], repeated: [], cut: [] });
  });
});

describe.each(KINDS.slice(0, 2))('a job of %s that waits for another one', (_name, kind) => {
  it('gets it from the worker of its own process, after the signal', async () => {
    await using ledger = await JobLedger.open(kind);
    const worker = await ledger.start();
    await ledger.add('parent', 1);
    await worker.waitForLine(/^waiting for a child of 1$/);
    const { code, report, output } = await ledger.stop(worker);
    if (code !== 0) throw new Error(output);
    expect(report?.outcome).toBe('clean');
    expect(await ledger.result([1, 1001])).toEqual({ lost: [], repeated: [], cut: [] });
  });
});

describe.each(KINDS.slice(0, 2))('a flow of %s', (_name, kind) => {
  it('is divided: children that run are finished at once, and their parent goes to another worker', async () => {
    await using ledger = await JobLedger.open({ ...kind, jobMs: [2000, 2000] });
    const worker = await ledger.start();
    await ledger.addFlow(2);
    await worker.waitForLine(/^took job 2$/);
    const { code, report, output } = await ledger.stop(worker);
    if (code !== 0) throw new Error(output);
    expect(report).toMatchObject({ outcome: 'clean', requests: { drained: 2 } });
    expect(await ledger.result([1, 2, 3])).toEqual({ lost: [3], repeated: [], cut: [] });
    await ledger.start();
    expect(await ledger.end()).toEqual({ lost: [], repeated: [], cut: [] });
  });
});
