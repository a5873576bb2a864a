import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';

const { at, write, run } = checkWorld();

const execute = promisify(execFile);
const FOUND = /orders\.yaml:\d+:\d+: error/;

describe('what stands in a folder and is no file', () => {
  it.each([
    ['a link that leads nowhere', () => symlink('nowhere', at('a.yaml'))],
    ['a link to itself', () => symlink('a.yaml', at('a.yaml'))],
    ['a link to a folder', () => symlink('.', at('a.yaml'))],
    ['a folder with the name of a file', () => mkdir(at('a.yaml'))],
    ['a pipe without a writer', () => execute('mkfifo', [at('a.yaml')])],
  ])('is passed over: %s', async (_what, create) => {
    await create();
    await write({ 'orders.yaml': SHORT_GRACE });
    const { code, out, err } = await run('check', '.');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatch(FOUND);
    expect(out).toContain(' in 1 file, 1 workload\n');
  });

  it('is passed over: a socket; named itself, it is said to be unusable', async () => {
    await write({ 'orders.yaml': SHORT_GRACE });
    const server = createServer().listen(at('s.yaml'));
    try {
      expect((await run('check', '.')).code).toBe(1);
      const { code, out } = await run('check', 's.yaml', 'orders.yaml');
      expect(code).toBe(2);
      expect(out).toMatch(/^s\.yaml:1:1: unusable: it cannot be read \(E\w+\)\.\n {2}do: Leave it out/);
      expect(out).toMatch(FOUND);
    } finally {
      server.close();
    }
  });
});

describe('files', () => {
  it('that may not be read do not stop the rest', async () => {
    await write({ 'orders.yaml': SHORT_GRACE, 'secret.yaml': 'a: 1\n', 'vault/a.yaml': 'a: 1\n' });
    await chmod(at(), 0o755);
    await chmod(at('secret.yaml'), 0o000);
    await chmod(at('vault'), 0o000);
    const { code, out } = await asOrdinaryUser(() => run('check', '.'));
    expect(code).toBe(2);
    expect(out).toMatch(/^secret\.yaml:1:1: unusable: .*EACCES.*\n {2}do: Allow it: chmod -R u\+rX secret\.yaml$/m);
    expect(out).toMatch(/^vault:1:1: unusable: .*EACCES/m);
    expect(out).toMatch(FOUND);
  });

  it('may be pipes with a name, as a shell makes of <(…)', async () => {
    await execute('mkfifo', [at('pipe')]);
    const [{ code, out }] = await Promise.all([run('check', 'pipe'), writeFile(at('pipe'), SHORT_GRACE)]);
    expect(code).toBe(1);
    expect(out).toMatch(/^pipe:\d+:\d+: error/m);
  });

  it('are checked once, whatever they are called', async () => {
    await write({ 'k8s/orders.yaml': SHORT_GRACE });
    await symlink('orders.yaml', at('k8s/link.yaml'));
    const { out } = await run('check', 'k8s/orders.yaml', './k8s/orders.yaml', at('k8s'), 'k8s/../k8s');
    expect(out).toContain(' in 1 file, 1 workload\n');
  });
});

describe('a kustomization', () => {
  const kubectl = `#!/bin/sh
case $2 in
  *broken) echo 'no such file: base' >&2; exit 1 ;;
  *) /bin/cat <<'END'
${SHORT_GRACE.replaceAll('orders', 'basket')}
END
esac
`;

  it('that cannot be rendered does not stop the rest', async () => {
    const names = ['overlays/broken', 'overlays/production'];
    await write(Object.fromEntries(names.map((name) => [`${name}/kustomization.yaml`, 'resources: [../base]\n'])));
    await write({ 'bin/kubectl': kubectl, 'orders.yaml': SHORT_GRACE });
    await chmod(at('bin/kubectl'), 0o755);
    const { code, out } = await run('check', '.');
    expect(code).toBe(2);
    expect(out).toContain(
      'overlays/broken/kustomization.yaml:1:1: unusable: kubectl kustomize failed: no such file: base',
    );
    expect(out).toMatch(/^<rendered from overlays\/production\/kustomization\.yaml>:\d+:\d+: error/m);
    expect(out).toMatch(/^orders\.yaml:\d+:\d+: error/m);
  });

  it('that others are rendered from is judged in them', async () => {
    const alone = (replicas: string): string =>
      SHORT_GRACE.replaceAll('orders', 'basket').replace('spec:', `spec:${replicas}`);
    await write({
      'base/kustomization.yaml': 'resources: [orders.yaml]\n',
      'base/orders.yaml': SHORT_GRACE,
      'prod/kustomization.yaml': 'resources: [../base]\n',
      'bin/kubectl': `#!/bin/sh\ncase $2 in\n*base) /bin/cat <<'END'\n${alone(' # a base')}\nEND\n;;\n*) /bin/cat <<'END'\n${alone('')}\nEND\nesac\n`,
    });
    await chmod(at('bin/kubectl'), 0o755);
    const { out } = await run('check', '.');
    expect(out).toContain('<rendered from prod/kustomization.yaml>');
    expect(out).not.toContain('<rendered from base/kustomization.yaml>');
    const { out: own } = await run('check', 'base');
    expect(own).toContain('<rendered from base/kustomization.yaml>');
  });

  it('has what is missing at the object that a patch is a part of', async () => {
    const container = { name: 'orders', image: 'orders:1', ports: [{ containerPort: 3000 }] };
    const object = (containers: unknown): string =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'orders' },
        spec: {
          replicas: 2,
          selector: { matchLabels: { app: 'orders' } },
          template: { metadata: { labels: { app: 'orders' } }, spec: { containers } },
        },
      });
    const env = [{ name: 'NODE_ENV', value: 'production' }];
    await write({
      'base/kustomization.yaml': 'resources: [orders.json]\n',
      'base/orders.json': object([container]),
      'prod/kustomization.yaml': 'resources: [../base]\npatches: [{ path: patch.json }]\n',
      'prod/patch.json': JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'orders' },
        spec: { template: { spec: { containers: [{ name: 'orders', env }] } } },
      }),
      'bin/kubectl': `#!/bin/sh\n/bin/cat <<'END'\n${object([{ ...container, env }])}\n---\n${JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec: { selector: { app: 'orders' }, ports: [{ port: 80, targetPort: 3000 }] } })}\nEND\n`,
    });
    await chmod(at('bin/kubectl'), 0o755);
    const { out } = await run('check', 'prod');
    expect(out).toMatch(/^base\/orders\.json:\d+:\d+: error: .*\[readiness-probe-missing\]$/m);
  });

  /** As kubectl renders it: without comments, and its keys in another order. */
  const RENDERED = JSON.stringify({
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'eu-orders' },
    spec: {
      template: {
        spec: {
          containers: [{ name: 'orders', image: 'orders:1', env: [{ name: 'SHUTDOWN_GRACE_PERIOD', value: '30' }] }],
          terminationGracePeriodSeconds: 10,
        },
      },
    },
  });

  it('is judged by what it renders, at the places of its sources, whose comments silence', async () => {
    await write({
      'base/kustomization.yaml': 'resources: [orders.yaml]\n',
      'base/orders.yaml': SHORT_GRACE,
      'prod/kustomization.yaml': 'resources: [../base]\nnamePrefix: eu-\n',
      'bin/kubectl': `#!/bin/sh\n/bin/cat <<'END'\n${RENDERED}\nEND\n`,
    });
    await chmod(at('bin/kubectl'), 0o755);
    const { code, out } = await run('check', 'prod');
    expect(code).toBe(1);
    expect(out).toMatch(/^base\/orders\.yaml:11:7: error: Deployment eu-orders: .*\[grace-period-too-short\]$/m);
    expect(out).not.toContain('--fix does this');
    const reason = '# nestjs-lifecycle-ignore grace-period-too-short: reads only';
    await write({ 'base/orders.yaml': SHORT_GRACE.replace('# short', reason) });
    const silenced = await run('check', 'prod');
    expect(silenced.code).toBe(0);
    expect(silenced.out).toContain(', 1 silenced in 1 file, 1 workload');
    // A value that a patch or a transformer has written stands nowhere in the sources.
    await write({ 'base/orders.yaml': SHORT_GRACE.replace('10 # short', `20 ${reason}`) });
    const patched = await run('check', 'prod');
    expect(patched.out).toMatch(
      /^<rendered from prod\/kustomization\.yaml>:1:\d+: error: .*\[grace-period-too-short\]$/m,
    );
    expect(patched.out).toMatch(/^base\/orders\.yaml:11:\d+: warning: comment: .*\[unused-ignore\]$/m);
  });

  it.each([
    ['is broken', 'patches: [', 'BROKEN_SYNTAX'],
    ['is made to hurt', `a: &a [${'x,'.repeat(300)}]\nb: [${'*a,'.repeat(300)}]\n`, 'TOO_MANY_ALIASES'],
  ])('that nothing renders and that %s is told of with its line', async (_what, text, code) => {
    await write({ 'kustomization.yaml': text, 'orders.yaml': SHORT_GRACE });
    const { out } = await run('check', '.', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ unusable: [{ file: 'kustomization.yaml', code }] });
  });
});

describe('many kustomizations', () => {
  /** Each waits until one more has begun than the first, which tells whether there is a renderer; alone it would give up. */
  const kubectl = `#!/bin/sh
echo "$2" >> "$LOG"
tries=0
until [ "$tries" -gt 200000 ]; do
  seen=0
  while read -r _; do seen=$((seen + 1)); done < "$LOG"
  if [ "$seen" -ge 3 ] || [ ! -s "$LOG.first" ]; then break; fi
  tries=$((tries + 1))
done
echo done > "$LOG.first"
[ "$tries" -gt 200000 ] && { echo 'nothing else is rendered' >&2; exit 1; }
/bin/cat <<'END'
${SHORT_GRACE}
END
`;

  it('are rendered once each, several at a time, and told of in the order of their folders', async () => {
    const names = ['a', 'b', 'c'];
    await write(Object.fromEntries(names.map((name) => [`${name}/kustomization.yaml`, 'resources: [x.yaml]\n'])));
    await write({ 'bin/kubectl': kubectl.replaceAll('$LOG', at('log')) });
    await chmod(at('bin/kubectl'), 0o755);
    const { code, out } = await run('check', '.', '--format', 'json');
    expect(code).toBe(1);
    const read: unknown = JSON.parse(out);
    expect(read).toMatchObject({ unusable: [], checked: { workloads: 3 } });
    const rendered = (await readFile(at('log'), 'utf8')).trim().split('\n');
    expect(rendered.toSorted()).toEqual(names.map((name) => at(name)));
  });
});

describe('a Helm chart', () => {
  const chart = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'chart/values.yaml': 'grace: 30\n',
    'chart/values-eu.yaml': 'grace: 10\n',
    'chart/templates/a.yaml': 'kind: {{ .Values.kind }}\n',
    'chart/templates/b.yaml': '{{- if .Values.b }}\na: 1\n{{- end }}\n',
  };

  it('that nothing renders is one line, and fails only where that is asked for', async () => {
    await write({ ...chart, 'chart/charts/sub/templates/a.yaml': 'a: {{ .Values.a }}\n', 'orders.yaml': GOOD_WORKER });
    const { code, out } = await run('check', '.');
    expect(out).toMatch(
      /^chart\/Chart\.yaml:1:1: not judged: Helm chart: it is not rendered, since helm is not installed$/m,
    );
    expect(out).toMatch(/ in 1 file, 1 workload; 1 not judged\n$/);
    expect(code).toBe(0);
    expect((await run('check', '.', '--strict')).code).toBe(1);
    // Where there is nothing else, nothing was checked.
    expect((await run('check', 'chart')).code).toBe(2);
  });

  it('is rendered with its own values, and with those of each environment', async () => {
    const helm = `#!/bin/sh
[ "$1 $2" = 'template chart' ] || exit 3
case "$*" in *--values*values-eu.yaml) grace=10 ;; *) grace=30 ;; esac
while IFS= read -r line; do
  case $line in *terminationGrace*) echo "      terminationGracePeriodSeconds: $grace" ;; *) echo "$line" ;; esac
done <<'END'
${SHORT_GRACE}
END
`;
    await write({ ...chart, 'bin/helm': helm });
    await chmod(at('bin/helm'), 0o755);
    const { code, out } = await run('check', 'chart');
    expect(code).toBe(1);
    expect(out).toMatch(
      /^<rendered from chart\/Chart\.yaml with values-eu\.yaml>:\d+:\d+: error: .*\[grace-period-too-short\]$/m,
    );
    expect(out.match(/\[grace-period-too-short\]/g)).toHaveLength(1);
  });

  it('that helm refuses is not judged, with what helm said', async () => {
    await write({
      ...chart,
      'bin/helm': '#!/bin/sh\necho "Error: found in Chart.yaml, but missing in charts/: redis" >&2\nexit 1\n',
    });
    await chmod(at('bin/helm'), 0o755);
    const { out } = await run('check', '.');
    expect(out).toContain(
      'it is not rendered, since helm template failed: Error: found in Chart.yaml, but missing in charts/: redis',
    );
    expect(out.match(/not judged: Helm chart/g)).toHaveLength(1);
  });
});

const GOOD_WORKER = `apiVersion: v1
kind: Pod
metadata: { name: worker }
spec:
  terminationGracePeriodSeconds: 30
  containers: [{ name: worker, image: worker:1, command: [node, main.js] }]
`;
