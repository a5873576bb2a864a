import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Verdict } from 'nestjs-lifecycle-rollout';
import { build } from '../support/build.js';
import { startFile } from '../support/program.js';
import { rehearsalProblems } from '../support/rehearsal-schema.js';
import { root } from '../support/repository.js';

const MAIN = join(root, 'dist/apps/fleet/run/rehearse.js');
const QUICK = ['--replicas', '1', '--nodes', '2', '--warm-up', '1s', '--env', 'SHUTDOWN_LAME_DUCK=3s', '--quiet'];
/** The soak, see `npm run test:soak`, takes its time: there they are rolled in turn, too. */
const WAYS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['at once', ['--together']],
  ...(process.env['FLEET_MINUTES'] === undefined ? [] : ([['in turn', []]] as const)),
];
const ENOUGH_MS = 300_000;

describe("a rehearsal of the fleet's production manifests", () => {
  let folder: string;

  beforeAll(async () => {
    build('rollout', 'manifest-check', 'cli', 'fleet');
    folder = await mkdtemp(join(tmpdir(), 'fleet-rehearsal-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(WAYS)(
    'loses no request, call, payment, message and job when all are rolled %s',
    async (_name, args) => {
      const file = join(folder, 'report.json');
      const program = startFile(MAIN, { args: [...QUICK, ...args, '--json', file] });
      const { code, output } = await program.exit;
      if (code !== 0) throw new Error(output);
      const report: unknown = JSON.parse(await readFile(file, 'utf8'));
      expect(rehearsalProblems(report)).toEqual([]);
      const { verdict } = report as { verdict: Verdict };
      expect(verdict).toMatchObject({ lost: [], update: 'complete' });
      expect(verdict.calls).toMatchObject([
        { from: 'gateway', to: 'auth', counts: { lost: 0 } },
        { from: 'gateway', to: 'diagrams', counts: { lost: 0 } },
      ]);
      for (const kind of ['payments', 'messages', 'jobs']) {
        const [, begun, done, lost] = new RegExp(`^  ${kind} +(\\d+) +(\\d+) +(\\d+)$`, 'm').exec(output) ?? [];
        expect({ kind, done, lost }).toEqual({ kind, done: begun, lost: '0' });
        expect(Number(begun)).toBeGreaterThan(0);
      }
      expect(output).toContain('Nothing was lost, and nothing is half.');
    },
    ENOUGH_MS,
  );
});
