import {
  githubSummary,
  htmlReport,
  junitReport,
  playClusterRehearsal,
  type Rehearsal,
  textReport,
} from 'nestjs-lifecycle-rollout';
import { type ClusterRehearsalOptions, planWith } from '../../libs/rollout/src/real-cluster/plan-cluster-rehearsal.js';
import { until } from '../support/event-loop.js';
import { accessTo } from '../support/kube-api/access.js';
import { KubeApi } from '../support/kube-api/kube-api.js';
import { PlayedDeployment, type PlayedOptions } from '../support/kube-api/played-deployment.js';

const QUICK = { warmUp: '500ms', coolDown: '300ms', rate: 60, clients: 2 } as const;

let api: KubeApi;
let played: PlayedDeployment | undefined;

beforeEach(async () => {
  api = await KubeApi.start();
});
afterEach(async () => {
  await played?.close();
  played = undefined;
  await api.close();
});

async function planOf(options: PlayedOptions, more: Partial<ClusterRehearsalOptions> = {}) {
  played = await PlayedDeployment.start(api, options);
  return planWith(accessTo(api), { deployment: 'orders', address: played.address, ...QUICK, ...more });
}

async function rehearse(options: PlayedOptions = {}, more: Partial<ClusterRehearsalOptions> = {}): Promise<Rehearsal> {
  return playClusterRehearsal(await planOf(options, more));
}

function codesOf({ verdict }: Rehearsal): string[] {
  return verdict.faults.map(({ code }) => code);
}

/** Changes that were made, and not only tried. */
function patches(): string[] {
  return api.requests.filter((line) => line.startsWith('PATCH') && !line.includes('dryRun'));
}

const UNDONE = 'The change (a restart) was undone: deployment/orders goes back to what it was.';

describe('a rehearsal on a cluster', () => {
  it('rolls a service that stops well, loses nothing, and leaves the restart', async () => {
    const run = await rehearse();
    const { verdict, events } = run;
    expect({ faults: verdict.faults, lost: verdict.lost, notes: verdict.notes }).toEqual({
      faults: [],
      lost: [],
      notes: [],
    });
    expect(verdict).toMatchObject({ isClean: true, update: 'complete' });
    const old = verdict.pods.filter(({ revision }) => revision === 1);
    expect(old.map(({ exit }) => exit)).toEqual(old.map(() => ({ code: 0, signal: null, isForced: false })));
    expect(old.map(({ stop }) => stop?.budgetMs)).toEqual([10_000, 10_000]);
    expect(verdict.smallestReady).toBeGreaterThanOrEqual(2);
    expect(events.filter(({ type }) => type === 'pod-gone')).toHaveLength(2);
    expect(patches()).toHaveLength(1);
    expect(textReport(run)).toContain('Nothing lost in');
    expect(htmlReport({ run })).toContain('kind-shop, deployment/orders in shop: a restart');
    expect(junitReport(run)).toContain('name="end-not-seen"');
    expect(githubSummary(run)).toContain('Nothing lost');
  });

  it('tells what a service that exits at once loses, each with a cause that is about its stop', async () => {
    const { verdict } = await rehearse({ mode: 'exits-at-once', routingLagMs: 800 }, { rate: 150 });
    expect(verdict.requests.lost).toBeGreaterThan(0);
    expect(verdict.isClean).toBe(false);
    const atStops = ['listener-closed-early', 'no-connection-close', 'cuts-in-flight'];
    expect(verdict.lost.map(({ cause }) => cause).filter((cause) => !atStops.includes(cause))).toEqual([]);
    expect(verdict.faults.reduce((sum, { lost }) => sum + lost, 0)).toBe(verdict.requests.lost);
  });

  it('tells that SIGTERM is ignored', async () => {
    const run = await rehearse({ mode: 'ignores-sigterm', graceSeconds: 2, replicas: 1 });
    expect(codesOf(run)).toContain('grace-period-too-short');
    expect(run.verdict.pods[0]?.exit).toEqual({ code: 137, signal: null, isForced: true });
  });

  it('fails for an exit code that says the stop went wrong', async () => {
    const run = await rehearse({ mode: 'fails-its-stop', replicas: 1 });
    expect(codesOf(run)).toEqual(['failed-exit']);
    expect(run.verdict.isClean).toBe(false);
  });

  it('undoes an update that does not go through, and says why it does not', async () => {
    const run = await rehearse({ nextMode: 'never-ready', progressDeadlineSeconds: 2 });
    expect(run.verdict.update).toBe('progress-deadline-exceeded');
    expect(codesOf(run)).toEqual(['readiness-fails', 'progress-deadline']);
    expect(run.verdict.notes).toContain(UNDONE);
    expect(patches()).toHaveLength(2);
    expect(JSON.stringify(api.store.get('deployments', 'orders'))).not.toContain('restartedAt');
  });

  it('undoes what it changed when it is interrupted', async () => {
    const plan = await planOf({ nextMode: 'never-ready' });
    const interrupted = new AbortController();
    const playing = playClusterRehearsal(plan, { signal: interrupted.signal });
    await until('the change is made', () => patches().length === 1);
    interrupted.abort();
    const { verdict } = await playing;
    expect(verdict).toMatchObject({ isClean: false, cutBy: 'interrupted' });
    expect(verdict.notes).toContain(UNDONE);
    expect(JSON.stringify(api.store.get('deployments', 'orders'))).not.toContain('restartedAt');
  });

  it('leaves what others have changed meanwhile', async () => {
    const plan = await planOf({ nextMode: 'never-ready' });
    const playing = playClusterRehearsal(plan).then(
      () => 'it did not fail',
      (error: unknown) => String(error),
    );
    await until('the change is made', () => patches().length === 1);
    const annotations = { 'kubectl.kubernetes.io/restartedAt': 'by others' };
    api.store.update('deployments', 'orders', (object) => ({
      ...object,
      spec: {
        ...Object(object['spec']),
        template: { metadata: { labels: { app: 'orders' }, annotations }, spec: { containers: [{ name: 'app' }] } },
      },
    }));
    expect(await playing).toContain('was changed by others while it was rehearsed');
    expect(patches()).toHaveLength(1);
  });

  it('sees everything although its watches are cut again and again', async () => {
    const cutting = setInterval(() => api.cutWatches(), 300);
    const { verdict } = await rehearse({ replicas: 1 });
    clearInterval(cutting);
    expect(verdict.faults).toEqual([]);
    expect(verdict.pods.map(({ exit }) => exit?.code)).toEqual([0, undefined]);
  });

  it('rolls an image, and back', async () => {
    const { verdict } = await rehearse({ replicas: 1 }, { image: 'registry.example/orders:1.0.1' });
    expect(verdict.isClean).toBe(true);
    expect(patches()).toHaveLength(2);
    expect(JSON.stringify(api.store.get('deployments', 'orders'))).toContain('orders:1.0.0');
  });
});

describe('what is in the way is said before anything is touched', () => {
  it('an unknown Deployment, with the one that was probably meant', async () => {
    await expect(planOf({ replicas: 1 }, { deployment: 'ordres' })).rejects.toThrow(
      'there is no deployment ordres in the namespace shop. Did you mean deployment/orders?',
    );
  });

  it('all missing rights at once; production; an address that nothing is at; a refusal of the change', async () => {
    await planOf({ replicas: 1 });
    const plan = (more: Partial<ClusterRehearsalOptions>) =>
      planWith(accessTo(api), { deployment: 'orders', address: played?.address ?? '', ...QUICK, ...more });
    await expect(plan({ namespace: 'shop-prod' })).rejects.toThrow('the namespace shop-prod looks like production');
    await expect(plan({ address: 'http://127.0.0.1:1' })).rejects.toThrow('cannot be reached');
    api.admit = () => ({ status: 403, body: { kind: 'Status', message: 'denied by the webhook', code: 403 } });
    await expect(plan({})).rejects.toThrow('denied by the webhook');
    api.store.update('deployments', 'orders', (object) => ({
      ...object,
      spec: { ...Object(object['spec']), paused: true },
    }));
    await expect(plan({})).rejects.toThrow('rollout resume deployment/orders');
    api.deny('patch', 'deployments.apps');
    api.deny('watch', 'pods');
    await expect(plan({})).rejects.toThrow(
      '  patch deployments.apps: to restart it, and to undo that\n  watch pods: to see pods start and end\n',
    );
    expect(patches()).toEqual([]);
  });
});
