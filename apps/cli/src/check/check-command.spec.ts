import { chmod, readFile } from 'node:fs/promises';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { kubeProxyMetrics, times } from '../../../../test/support/kube-proxy-metrics.js';

const { at, write, run, runPiped } = checkWorld();

/** Nothing routes requests there, and it has all the time it needs. */
const GOOD = `apiVersion: v1
kind: Pod
metadata: { name: worker }
spec:
  terminationGracePeriodSeconds: 30
  containers: [{ name: worker, image: worker:1, command: [node, main.js] }]
`;

/** Behind a Service, with nothing to be said of it. */
const ROUTED = `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  replicas: 2
  selector: { matchLabels: { app: orders } }
  strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      terminationGracePeriodSeconds: 30
      topologySpreadConstraints:
        - { maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: orders } } }
      containers:
        - name: orders
          image: orders:1.4.0
          command: [node, dist/main.js]
          ports: [{ containerPort: 3000 }]
          readinessProbe: { httpGet: { path: /health/ready, port: 3000 }, periodSeconds: 2, failureThreshold: 1, timeoutSeconds: 2 }
---
apiVersion: v1
kind: Service
metadata: { name: orders }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: 3000 }] }
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: orders }
spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: { matchLabels: { app: orders } } }
`;

describe('nestjs-lifecycle check', () => {
  it('exits with 1 and says where, what, why and what to do', async () => {
    await write({ 'k8s/orders.yaml': SHORT_GRACE });
    const { code, out } = await run('check', 'k8s');
    expect(code).toBe(1);
    expect(out).toMatch(/^k8s\/orders\.yaml:\d+:\d+: error: Deployment orders: .*10/m);
    expect(out).toMatch(/^ {2}why: /m);
    expect(out).toMatch(/^ {2}do: /m);
  });

  it('fails for what is not judged only where that is asked for', async () => {
    await write({
      'basket.yaml': GOOD.replace('image: worker:1,', 'image: worker:1, ports: [{ containerPort: 3000 }],'),
    });
    const { code, out } = await run('check', '.');
    expect(code).toBe(0);
    expect(out).toMatch(/^basket\.yaml:3:13: not judged: Pod worker: it has ports/m);
    expect(out).toMatch(/; 1 not judged\n$/);
    expect((await run('check', '.', '--strict')).code).toBe(1);
    expect((await run('check', '.', '--strict', '--format', 'github')).out).toMatch(
      /^::notice .*title=not judged::Pod worker/,
    );
  });

  it('reads a pipe', async () => {
    const { code, out } = await runPiped(SHORT_GRACE, 'check', '-');
    expect(code).toBe(1);
    expect(out).toContain('<stdin>:');
  });

  it('prints JSON, SARIF and annotations', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    expect(JSON.parse((await run('check', '.', '--format', 'json')).out)).toMatchObject({ version: 1 });
    expect(JSON.parse((await run('check', '.', '--format', 'sarif')).out)).toMatchObject({ version: '2.1.0' });
    expect((await run('check', '.', '--format', 'github')).out).toMatch(/^::error file=orders\.yaml,line=/m);
  });

  it('writes to a file where one is named', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    const { out } = await run('check', '.', '--format', 'sarif', '--output', 'result.sarif');
    expect(out).toBe('');
    expect(JSON.parse(await readFile(at('result.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
  });

  it('fails only from the severity on that is asked for', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    expect((await run('check', '.', '--fail-on', 'never')).code).toBe(0);
    expect((await run('check', '.', '--fail-on', 'error')).code).toBe(1);
  });

  it('judges the lame duck by what the kube-proxies of the cluster have measured', async () => {
    const metrics = kubeProxyMetrics([...times(90, 0.3), ...times(10, 6.5)]);
    await write({ 'orders.yaml': ROUTED, 'kube-proxy.txt': metrics });
    const only = ['check', 'orders.yaml'];
    expect(await run(...only)).toMatchObject({ code: 0, err: '' });
    const { code, out, err } = await run(...only, '--endpoint-lag', 'metrics:kube-proxy.txt');
    expect(err).toBe('kube-proxy itself measured n 100, p50 389ms, p99 6.9s: the lame duck that follows is 7s\n');
    expect(out).toContain('kube-proxy may go on sending requests for 7s');
    expect(code).toBe(1);
    expect(await runPiped(metrics, ...only, '--endpoint-lag', 'metrics:-')).toEqual({ code, out, err });
  });

  it.each([
    ['6s', /^--endpoint-lag 6s: write metrics:FILE.*a time is --routing-delay 6s/],
    ['metrics:', /name a file, as in --endpoint-lag metrics:kube-proxy\.txt/],
    ['metrics:nowhere.txt', /^cannot read nowhere\.txt \(ENOENT\): name a file that is there/],
    ['metrics:orders.yaml', /^--endpoint-lag metrics:orders\.yaml: there is no kubeproxy_network_programming/],
  ])('says what to write instead of --endpoint-lag %s', async (lag, message) => {
    await write({ 'orders.yaml': ROUTED });
    const { code, err } = await run('check', 'orders.yaml', '--endpoint-lag', lag);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  it('takes one measure only, and one pipe for one thing', async () => {
    await write({ 'orders.yaml': ROUTED });
    const lag = ['--endpoint-lag', 'metrics:-'];
    expect((await run('check', '-', ...lag)).err).toMatch(/cannot both come through the pipe/);
    expect((await run('check', '.', ...lag, '--routing-delay', '3s')).err).toMatch(/leave one of them out/);
  });

  it('leaves files alone that are none of its business', async () => {
    await write({
      'orders.yaml': GOOD,
      'config.yaml': 'kind: ConfigMap\napiVersion: v1\nmetadata: { name: a }\n',
      'package.json': '{ "name": "x" }',
      'tsconfig.json': '{ // a comment\n }',
    });
    expect(await run('check', '.')).toMatchObject({ code: 0 });
  });

  it('exits with 2 for what cannot be read, and checks the rest', async () => {
    await write({ 'a.yaml': 'kind: [', 'orders.yaml': SHORT_GRACE });
    const { code, out } = await run('check', '.');
    expect(code).toBe(2);
    expect(out).toMatch(/a\.yaml:\d+:\d+: unusable/);
    expect(out).toMatch(/orders\.yaml:\d+:\d+: error/);
  });

  it.each([
    [['check', 'nowhere'], /cannot read nowhere \(ENOENT\)/],
    [['check', '.'], /no manifest in \./],
    [['check', '.', '--format', 'xml'], /text, json, sarif, github/],
    [['check', '.', '--skip', 'no-such-rule'], /there is no such rule\. The rules are: /],
    [['check', '.', '--settings', 'settings.json'], /SHUTDOWN_PRINT_SETTINGS=1/],
    [['check', '.', '--app', 'dist/app.module.js'], /build the service first/],
    [['check', '.', '--boot', 'soon'], /Write 30s/],
    [['chekc', '.'], /Did you mean check/],
  ])('says what to type after %j', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('leaves out rules, named before the paths, with commas between them, and again', async () => {
    const service = 'kind: Service\napiVersion: v1\nmetadata: { name: orders }\nspec: { selector: { app: orders } }\n';
    await write({ 'orders.yaml': `${SHORT_GRACE.replace('replicas: 2', 'replicas: 1')}---\n${service}` });
    const rulesOf = async (...args: readonly string[]): Promise<readonly string[]> => {
      const { out } = await run('check', ...args, 'orders.yaml');
      return [...new Set([...out.matchAll(/\[([\w-]+)\]$/gm)].map(([, rule = '']) => rule))];
    };
    const all = await rulesOf();
    const [first = '', second = '', third = '', ...others] = all;
    expect(await rulesOf('--skip', first)).toEqual([second, third, ...others]);
    expect(await rulesOf('--skip', `${first}, ${second}`, `--skip=${third}`)).toEqual(others);
    expect(all.length).toBeGreaterThan(2);
  });

  it('prints the page of a rule', async () => {
    const { code, out } = await run('check', '--explain', 'single-replica');
    expect(code).toBe(0);
    expect(out).toMatch(/^# single-replica\n[^]*## Bad\n[^]*## Good\n/);
    const unknown = await run('check', '--explain', 'nope');
    expect(unknown).toMatchObject({ code: 2, out: '' });
    expect(unknown.err).toMatch(/^--explain nope: there is no such rule\. The rules are: .*single-replica/);
  });

  it('says what to type where nothing is named', async () => {
    const { code, err } = await run('check');
    expect(code).toBe(2);
    expect(err).toMatch(/name files or folders, as in nestjs-lifecycle check k8s\//);
  });

  it('learns the settings from what the service printed', async () => {
    await write({ 'orders.yaml': SHORT_GRACE, 'settings.json': '{"format":"nestjs-lifecycle/settings","version":1}' });
    const { code, err } = await run('check', 'orders.yaml', '--settings', 'settings.json');
    expect(code).toBe(2);
    expect(err).toMatch(/settings\.json:1:1: .*version/);
  });

  it('leaves patches of a kustomization out where nothing can render it', async () => {
    await write({
      'kustomization.yaml': 'resources: [orders.yaml]\npatches: [{ path: more.yaml }]\n',
      'orders.yaml': SHORT_GRACE,
      'more.yaml': 'kind: [broken',
    });
    const { code, err } = await run('check', '.');
    expect(code).toBe(1);
    expect(err).toMatch(/patches are left out\. .*kubectl kustomize \. \| nestjs-lifecycle check -/);
  });

  it('renders a kustomization where something can', async () => {
    await write({
      'k8s/kustomization.yaml': 'resources: [orders.yaml]\n',
      'k8s/orders.yaml': 'kind: [broken',
      'bin/kubectl': `#!/bin/sh\n/bin/cat <<'END'\n${SHORT_GRACE}\nEND\n`,
    });
    await chmod(at('bin/kubectl'), 0o755);
    const { code, out } = await run('check', 'k8s');
    expect(code).toBe(1);
    expect(out).toMatch(/^<rendered from k8s\/kustomization\.yaml>:\d+/m);
  });

  it('mends what can be mended, and leaves comments and order as they are', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    const { err } = await run('check', '.', '--fix');
    const mended = await readFile(at('orders.yaml'), 'utf8');
    expect(err).toMatch(/^fixed \d+ finding/);
    expect(mended).toContain('# the orders service');
    expect(mended).toContain('# short');
    const again = await run('check', '.', '--fix');
    expect(again.err).toBe('');
  });

  it('shows its help, and its version', async () => {
    const help = await run('check', '--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('--fail-on');
    const version = await run('--version');
    expect(version.code).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('nothing to check', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { selector: { app: a } }\n';

  it.each([
    ['an empty file', ''],
    ['a text', '# Read me\n'],
    ['a message of the program before the pipe', 'Error: chart not found\n'],
    ['objects that run nothing', service],
    ['a patch', SHORT_GRACE.replace('image: orders:1', 'tty: true')],
  ])('is no good news: %s', async (_what, text) => {
    await write({ 'k8s/a.yaml': text });
    for (const { code, err } of [await run('check', 'k8s'), await run('check', 'k8s/a.yaml')]) {
      expect(code).toBe(2);
      expect(err).toMatch(/^nothing to check in k8s.*: no workload .* Name the folder that holds the workload/);
    }
    const { code, err } = await runPiped(text, 'check', '-', '--fail-on', 'never');
    expect(code).toBe(2);
    expect(err).toMatch(/^nothing to check in what came through the pipe: .* set -o pipefail\n$/);
  });

  it('is another matter than nothing found', async () => {
    await write({ 'a.yaml': service, 'orders.yaml': GOOD, Dockerfile: 'FROM node:20\nCMD ["node", "main.js"]\n' });
    expect(await run('check', '.')).toMatchObject({ code: 0, err: '' });
    expect(await run('check', 'orders.yaml')).toMatchObject({ code: 0, err: '' });
    expect(await run('check', 'Dockerfile')).toMatchObject({ code: 0, err: '' });
  });
});
