import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { ClusterTestWorld } from '../support/cluster-test-world.js';
import { until } from '../support/event-loop.js';
import { accessTo } from '../support/kube-api/access.js';
import { EXIT } from './world.js';

let world: ClusterTestWorld;

beforeEach(async () => {
  world = await ClusterTestWorld.start();
});
afterEach(() => world.close());

describe('the test of a cluster', () => {
  it('plays a scene: refused by the budget, then evicted, with exit code and message, and nothing left behind', async () => {
    const { said } = world;
    const code = await world.play(['--scenes', 'eviction', '--adapters', 'fastify']);
    expect(said.filter((line) => line.startsWith('FAILED') || line.startsWith('        - '))).toEqual([]);
    expect(code).toBe(EXIT.passed);
    expect(said.join('\n')).toMatch(
      /passed {2}fastify eviction: \d+ requests, .*, 0 lost\n +orders-\w+-1: exit code 0, Stopped in order, 1\.5 s after SIGTERM\. Exit code 0\./,
    );
    expect(said.at(-1)).toBe(`1 scenes: 1 passed, 0 failed. Ledgers are in ${world.folder}.`);
    const onBudget = world.changes.filter((line) => /poddisruptionbudgets|eviction/.test(line));
    expect(onBudget.map((line) => line.replace(/ .*\/(poddisruptionbudgets|eviction)/, ' $1'))).toEqual([
      'POST poddisruptionbudgets',
      'POST eviction',
      'PATCH poddisruptionbudgets/orders',
      'POST eviction',
      'DELETE poddisruptionbudgets/orders?propagationPolicy=Background',
    ]);
    expect(world.leftBehind).toEqual([]);
  });

  it('cleans up after Ctrl-C, in the middle of a drain too', async () => {
    const playing = world.play(['--scenes', 'drain']);
    await until('a pod is evicted', () => world.changes.some((line) => line.endsWith('/eviction')));
    world.interrupted.abort();
    expect(await playing).toBe(EXIT.failed);
    expect(world.said.at(-1)).toContain('0 passed, 1 failed, interrupted.');
    expect(world.leftBehind).toEqual([]);
  });

  it('has failed where the cluster refuses what it makes', async () => {
    const { admit } = world.api;
    const refusal = { status: 403, body: { kind: 'Status', message: 'quota', code: 403 } };
    world.api.admit = (object) => (object.kind === 'Deployment' ? refusal : admit(object));
    expect(await world.play(['--scenes', 'deletion', '--adapters', 'express'])).toBe(EXIT.failed);
    expect(world.said).toContain('FAILED  express deletion: may not create deployment orders: quota');
    expect(world.leftBehind).toEqual([]);
  });
});

describe('before anything is touched', () => {
  const refused = async (...played: Parameters<ClusterTestWorld['play']>): Promise<string> => {
    expect(await world.play(...played)).toBe(EXIT.notPlayed);
    expect(world.changes).toEqual([]);
    return world.said.at(-1) ?? '';
  };

  it('says in one line that there is no cluster, with an exit code that is no pass', async () => {
    const access = (): Promise<Access> =>
      Promise.reject(new ClusterError('kubeconfig', 'there is no kubeconfig:\n  …'));
    expect(await refused([], { access })).toBe('Nothing was tested (exit code 2): there is no kubeconfig: …');
    expect(world.said).toHaveLength(1);
  });

  it('asks on a cluster that is not local, and takes no answer for a no', async () => {
    const access = () => world.farAccess();
    expect(await refused([], { access })).toContain('add --yes');
    expect(await refused([], { access, ask: async () => false })).toContain('it was not agreed to');
  });

  it('never plays on what looks like production', async () => {
    const access = async (): Promise<Access> => ({ ...accessTo(world.api), context: 'shop-prod' });
    expect(await refused(['--yes'], { access })).toContain('the context shop-prod looks like production');
  });

  it('names every right that is missing', async () => {
    world.api.deny('create', 'namespaces');
    world.api.deny('create', 'pods/eviction');
    expect(await refused([])).toContain(
      'create namespaces to have a namespace of its own, create pods/eviction to evict one',
    );
  });

  it('does not leave out a drain that it cannot play', async () => {
    world.api.store.remove('nodes', 'n2');
    expect(await refused([])).toMatch(
      /a drain needs two nodes .* leave the drain out: --scenes rolling-update,deletion,eviction,/,
    );
  });

  it('builds the image and loads it into kind, where none is named', async () => {
    const tools: string[] = [];
    const runTool = async (command: string, args: readonly string[]): Promise<void> => {
      tools.push([command, ...args].join(' '));
      if (command === 'kind') throw new Error('kind is not installed');
    };
    expect(await refused([], { runTool }, { IMAGE: '' })).toContain('kind is not installed. Name one');
    expect(tools).toEqual([
      'docker build --file deploy/Dockerfile --tag nestjs-lifecycle-demo:cluster-test .',
      'kind load docker-image nestjs-lifecycle-demo:cluster-test --name shop',
    ]);
  });
});
