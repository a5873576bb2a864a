import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearseOnCluster } from './cluster-command.js';
import { type RehearseFlags } from './rehearse-flags.js';

/** As commander gives them where nothing was typed. */
const PLAIN: RehearseFlags = {
  ...{
    cluster: true,
    yes: false,
    really: false,
    worker: false,
    pid1: true,
    worstCase: false,
    watch: false,
    together: false,
  },
  ...{ updateBaseline: false, includeWrites: false, githubSummary: false, quiet: false },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cluster-command-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The message of what a command line is refused with, before a kubeconfig is read. */
async function refusalOf(flags: Partial<RehearseFlags>, words: readonly string[] = ['deployment/orders']) {
  const stream = { write: () => true };
  const stdin = (async function* () {})();
  const terminal = { stdin, stdout: stream, stderr: stream, env: {}, cwd: folder };
  return rehearseOnCluster(words, { ...PLAIN, ...flags }, terminal).then(
    () => 'it was not refused',
    (error: unknown) => String(error),
  );
}

describe('rehearseOnCluster', () => {
  it.each<[string, Partial<RehearseFlags>]>([
    ['--time', { time: 60_000 }],
    ['--watch', { watch: true }],
    ['--build', { build: 'npm ci' }],
    ['--run', { run: ['orders=node main.js'] }],
    ['--front', { front: ['gateway'] }],
    ['--order', { order: ['gateway', 'auth'] }],
    ['--together', { together: true }],
    ['--max-p99', { maxP99: '2x' }],
    ['--max-errors', { maxErrors: '0.1%' }],
    ['--baseline', { baseline: 'known.json' }],
    ['--update-baseline', { updateBaseline: true }],
  ])('refuses %s by its name, as it would do nothing', async (name, flags) => {
    expect(await refusalOf(flags)).toBe(
      `UsageError: ${name}: with --cluster one Deployment is rolled once, and every loss fails: leave it out`,
    );
  });

  it('refuses flags about pods of this machine, all of them at once', async () => {
    expect(await refusalOf({ replicas: 2, gracePeriod: '5s', worstCase: true, pid1: false })).toContain(
      '--replicas, --grace-period, --worst-case, --no-pid1 are about pods on this machine',
    );
  });

  it('refuses limits and several workloads in a load file', async () => {
    await writeFile(join(folder, 'load.yaml'), "requests: ['/']\nmaxP99: 2x\nmaxErrors: 3\n");
    expect(await refusalOf({ load: 'load.yaml', address: 'http://orders.example' })).toContain(
      'load.yaml says maxP99, maxErrors: with --cluster one Deployment is rolled once',
    );
  });

  it('says what to type where the address or the Deployment is missing', async () => {
    expect(await refusalOf({})).toContain('Add --address');
    const address = 'http://orders.example';
    expect(await refusalOf({ address }, [])).toContain('as in --cluster deployment/orders');
    expect(await refusalOf({ address }, ['deployment/a', 'deployment/b'])).toContain(
      'and not deployment/a deployment/b',
    );
    expect(await refusalOf({ address }, ['statefulset/a'])).toContain('statefulset/a is a statefulset');
  });
});
