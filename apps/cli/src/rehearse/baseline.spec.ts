import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Rehearsal } from 'nestjs-lifecycle-rollout';
import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { type Terminal } from '../terminal.js';
import { type Baseline, baselineOf } from './baseline.js';
import { type RehearseFlags } from './rehearse-flags.js';

let folder: string;
let err = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baseline-'));
});
beforeEach(() => {
  err = '';
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* nothing(): AsyncIterable<string> {
  // No pipe.
}

function open(flags: Partial<RehearseFlags>): Promise<Baseline> {
  const terminal: Terminal = {
    stdin: nothing(),
    stdout: { write: () => true },
    stderr: { write: (text) => (err += text) },
    env: {},
    cwd: folder,
  };
  const whole = {
    pid1: true,
    worker: false,
    includeWrites: false,
    worstCase: false,
    githubSummary: false,
    quiet: true,
    watch: false,
  };
  return baselineOf({ ...whole, updateBaseline: false, ...flags }, terminal);
}

/** Writes what these runs have found, and returns how another one is judged by it. */
async function judgedBy(runs: readonly Rehearsal[], run: Rehearsal): Promise<Rehearsal> {
  const written = await open({ baseline: 'known.json', updateBaseline: true });
  await written.finish(runs.map((one) => written.accept(one).verdict));
  const baseline = await open({ baseline: 'known.json' });
  const judged = baseline.accept(run);
  await baseline.finish([judged.verdict]);
  return judged;
}

const lossy = lossyRollout().rehearsal();

describe('a baseline of a rehearsal', () => {
  it('holds a finding for each fault and each kind of request that it cost, in the shape of that of the check', async () => {
    await judgedBy([lossy], lossy);
    const written: unknown = JSON.parse(await readFile(join(folder, 'known.json'), 'utf8'));
    expect(written).toMatchObject({
      version: 1,
      findings: expect.arrayContaining([
        {
          rule: 'listener-closed-early',
          file: 'rehearsal',
          subject: 'GET /',
          message: 'The listener closes while requests are still routed to it',
          count: 3,
        },
      ]) as unknown[],
    });
  });

  it('lets what it knows pass, which stays in the verdict and is not clean', async () => {
    const { verdict } = await judgedBy([lossy], lossy);
    expect(verdict).toMatchObject({ passes: true, isClean: false, requests: { lost: 4 } });
    expect(verdict.faults.map(({ accepted }) => accepted)).toEqual(['known', 'known']);
    expect(err).toBe('2 known from known.json\n');
  });

  it('knows a fault whatever it costs, and not for another kind of request', async () => {
    const more = lossyRollout().requests(9, { sentAt: 10_850, pod: 'old', connect: 'refused', fate: 'reset' });
    expect((await judgedBy([lossy], more.rehearsal())).verdict.passes).toBe(true);
    const other = lossyRollout().request({
      ...{ sentAt: 10_850, pod: 'old', connect: 'refused', fate: 'reset' },
      kind: 'POST /orders',
    });
    const { verdict } = await judgedBy([lossy], other.rehearsal());
    expect(verdict.passes).toBe(false);
    expect(verdict.faults.find(({ code }) => code === 'listener-closed-early')?.accepted).toBeUndefined();
  });

  it('fails for what is new, and counts what is gone', async () => {
    const { verdict } = await judgedBy([quietRollout().rehearsal()], lossy);
    expect(verdict.passes).toBe(false);
    await judgedBy([lossy], quietRollout().rehearsal());
    expect(err).toContain('0 known from known.json; 2 of it are no longer found: --update-baseline takes them out\n');
  });

  it('accepts no limit that was missed, and no end that was not seen', async () => {
    const limits = { p99: { ms: 1 }, errors: undefined };
    const slow = new MadeUpRollout({ limits }).exit(12_000).rehearsal();
    expect((await judgedBy([slow], slow)).verdict.passes).toBe(false);
    const cut = lossyRollout().happen(60_000, { type: 'rehearsal-cut', reason: 'interrupted' }).rehearsal();
    expect((await judgedBy([cut], cut)).verdict.passes).toBe(false);
  });

  it('accepts a pod that had to be killed only with the fault that names it', async () => {
    const killed = new MadeUpRollout().killed().rehearsal();
    expect(killed.verdict.passes).toBe(false);
    expect((await judgedBy([killed], killed)).verdict.passes).toBe(true);
    expect((await judgedBy([lossy], killed)).verdict.passes).toBe(false);
  });

  it('says what to type where there is none', async () => {
    await expect(open({ updateBaseline: true })).rejects.toThrow('name the file, too: --baseline known.json');
    await expect(open({ baseline: 'none.json' })).rejects.toThrow('--baseline none.json --update-baseline');
    await writeFile(join(folder, 'text.json'), '[]');
    await expect(open({ baseline: 'text.json' })).rejects.toThrow('text.json is no baseline: write it anew');
  });
});
