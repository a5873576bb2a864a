import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkFiles, type Finding, type TextFile } from 'nestjs-lifecycle-manifest-check';
import { runCommandLine } from '../../apps/cli/src/program.js';
import { atOnce } from '../support/at-once.js';
import { deployment, type Json, service } from '../support/manifests.js';
import { pasteRemedies, REMEDIES_FOR_A_PERSON } from '../support/paste-remedies.js';
import { faultyService, REHEARSALS_AT_ONCE } from '../support/quick-rehearsal.js';

/** A manifest that loses requests: what `check` says of it, and what a rehearsal finds. */
interface Sample {
  readonly what: string;
  readonly pod?: Readonly<Record<string, Json>>;
  readonly container?: Readonly<Record<string, Json>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly causes: readonly string[];
}

const SAMPLES: readonly Sample[] = [
  {
    what: 'a lame duck that is over before the routers know',
    env: { SHUTDOWN_LAME_DUCK: '100ms' },
    rule: 'lame-duck-too-short',
    causes: ['listener-closed-early'],
  },
  {
    what: 'less time to stop than requests take',
    pod: { terminationGracePeriodSeconds: 3 },
    env: { WORK_MS: '4000', SHUTDOWN_LAME_DUCK: '2s' },
    rule: 'grace-period-too-short',
    causes: ['grace-period-too-short'],
  },
  {
    what: 'no readiness probe',
    container: { readinessProbe: null },
    rule: 'readiness-probe-missing',
    causes: ['not-ready-when-routed'],
  },
];

/** A rollout as short as the remedies allow. */
const QUICK = [
  ...['--endpoint-lag', '800ms', '--nodes', '2', '--rate', '20', '--clients', '4', '--request', '/work'],
  ...[
    '--warm-up',
    '500ms',
    '--cool-down',
    '300ms',
    '--seed',
    '5',
    '--max-surge',
    '2',
    '--no-pid1',
    '--quiet',
    '--deadline',
    '90s',
  ],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remedies-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function manifestOf({ pod = {}, container = {}, env = {} }: Sample): string {
  const variables = Object.entries({ KIND: 'express', PORT: '3000', NO_COLOR: '1', ...env });
  const played = {
    command: ['node', faultyService],
    env: variables.map(([name, value]) => ({ name, value })),
    ...container,
  };
  return [deployment({ spec: { replicas: 2 }, pod, container: played }), service()].join('\n---\n');
}

function findingsIn(files: readonly TextFile[]): readonly Finding[] {
  const { findings, unusable } = checkFiles(files, { facts: { usesModule: true } });
  expect(unusable).toEqual([]);
  return findings.filter(({ severity, rule }) => severity !== 'note' && REMEDIES_FOR_A_PERSON[rule] === undefined);
}

interface Rehearsed {
  readonly code: number;
  readonly lost: number;
  readonly causes: readonly string[];
  readonly said: string;
}

async function* nothing(): AsyncIterable<string> {
  // No pipe.
}

async function rehearse({ path, text }: TextFile): Promise<Rehearsed> {
  await writeFile(join(folder, path), text);
  let said = '';
  const write = (more: string): void => void (said += more);
  const args = ['rehearse', '--manifest', path, '--json', `${path}.json`, ...QUICK];
  const terminal = { stdin: nothing(), stdout: { write }, stderr: { write }, env: process.env, cwd: folder, args };
  const code = await runCommandLine(args, terminal);
  const report = await readFile(join(folder, `${path}.json`), 'utf8').catch((error: unknown) => {
    throw new Error(said, { cause: error });
  });
  // What the command has just written.
  const { verdict } = JSON.parse(report) as {
    readonly verdict: { readonly lost: readonly unknown[]; readonly faults: readonly { readonly code: string }[] };
  };
  return { code, lost: verdict.lost.length, causes: verdict.faults.map((fault) => fault.code), said };
}

describe('a manifest with the remedies of one run', () => {
  it('loses nothing in a rehearsal any more, where it lost requests before', async () => {
    const played = await atOnce(
      REHEARSALS_AT_ONCE,
      SAMPLES.map((sample, index) => async () => {
        const before = { path: `before-${index}.yaml`, text: manifestOf(sample) };
        const findings = findingsIn([before]);
        expect(findings.map(({ rule }) => rule)).toContain(sample.rule);
        const [pasted = before] = pasteRemedies([before], findings);
        const after = { path: `after-${index}.yaml`, text: pasted.text };
        expect(findingsIn([after])).toEqual([]);
        return { sample, before: await rehearse(before), after: await rehearse(after) };
      }),
    );
    for (const { sample, before, after } of played) {
      expect({ ...sample, code: before.code, causes: before.causes }).toMatchObject({
        code: 1,
        causes: expect.arrayContaining([...sample.causes]) as string[],
      });
      expect(before.lost).toBeGreaterThan(0);
      if (after.lost > 0 || after.code !== 0) throw new Error(`${sample.what}, mended: ${after.said}`);
    }
  }, 600_000);
});
