import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { deployment, type Json, service } from '../../../../test/support/manifests.js';
import { isForeignStart } from './foreign.js';

describe('what is certainly of something else than Node', () => {
  it.each<[string, readonly string[]]>([
    ['postgres:16', []],
    ['docker.io/bitnami/redis@sha256:0123', []],
    ['nats-streaming:0.25', ['-cid', 'shop']],
    ['quay.io/prometheuscommunity/postgres-exporter:v0.15', []],
    ['provectuslabs/mysqld-exporter', []],
    ['registry:5000/mirror/nginx', ['nginx', '-g', 'daemon off;']],
    ['tensorflow/serving:2.19', []],
    ['selenium/hub:4', []],
    ['vitess/lite:v20', ['sh', '-c', 'mkdir /vt/data; vttablet']],
    ['busybox', ['sh', '-c', 'while true; do date; sleep 60; done']],
    ['orders:1', ['java', '-jar', 'app.jar']],
    ['orders:1', ['tini', '--', '/usr/bin/python3', 'app.py']],
    ['orders:1', ['sh', '-c', 'migrate && exec gunicorn app']],
  ])('is %s with %j', (image, words) => {
    expect(isForeignStart(image, words)).toBe(true);
  });

  it.each<[string, readonly string[]]>([
    ['orders:1', []],
    ['acme/redis-sync:1', []],
    ['nginx:1', ['node', 'main.js']],
    ['orders:1', ['/app/orders']],
    ['orders:1', ['sh', '-c', 'python seed.py && node main.js']],
  ])('is not %s with %j', (image, words) => {
    expect(isForeignStart(image, words)).toBe(false);
  });
});

/** With everything that would be found of a service. */
function foreign(container: { readonly [key: string]: Json }): readonly string[] {
  const text = deployment({
    spec: { replicas: 1, strategy: { type: 'Recreate' } },
    pod: { terminationGracePeriodSeconds: 10 },
    container: {
      command: [],
      lifecycle: { stopSignal: 'SIGQUIT', preStop: { exec: { command: ['/leave.sh'] } } },
      readinessProbe: { tcpSocket: { port: 'http' } },
      livenessProbe: { httpGet: { path: '/ready', port: 'http' } },
      ...container,
    },
  });
  const files = [text, service()].map((text, index) => ({ path: `${index}.yaml`, text }));
  return checkFiles(files).findings.map(({ rule }) => rule);
}

describe('a workload of something else', () => {
  it.each([
    { image: 'postgres:16' },
    { image: 'nginx:1.27' },
    { image: 'redis:7', command: ['sh', '-c', 'redis-server --requirepass $SECRET'] },
    { image: 'acme/orders:1', command: ['java', '-jar', 'app.jar'] },
    { image: 'acme/orders:1', env: [{ name: 'JAVA_OPTS', value: '-Xmx64m' }] },
    { image: 'acme/orders:1', env: [{ name: 'DJANGO_SETTINGS_MODULE', value: 'orders' }] },
    { image: 'quay.io/prometheus/alertmanager:v0.28' },
    { image: 'otel/opentelemetry-collector-contrib:0.120.0' },
    { image: 'registry.k8s.io/metrics/heapster:1' },
    { image: 'cr.l5d.io/linkerd/controller:stable' },
    { image: 'gcr.io/istio-release/pilot:1.10' },
  ])('is not judged as a service of Node: %j', (container) => {
    expect(foreign(container)).toEqual([]);
  });

  it('is judged where the files do not show what it is', () => {
    expect(foreign({ image: 'acme/orders:1' })).toContain('grace-period-too-short');
    expect(foreign({ image: 'postgres:16', env: [{ name: 'SHUTDOWN_GRACE_PERIOD', value: '30s' }] })).not.toEqual([]);
  });

  it('is known by the ports of databases, unless it starts Node', () => {
    const ports = [{ name: 'http', containerPort: 5432 }];
    expect(foreign({ image: 'acme/orders-db:1', ports })).toEqual([]);
    expect(foreign({ image: 'acme/orders-db:1', ports, command: ['node', 'main.js'] })).not.toEqual([]);
  });

  it('is known by the Dockerfile in a folder of the name of its image', () => {
    const text = deployment({
      pod: { terminationGracePeriodSeconds: 5 },
      container: { image: 'registry:5000/shop/orders:1', command: [] },
    });
    const rulesBeside = (path: string, dockerfile: string): readonly string[] =>
      checkFiles([
        { path: 'k8s/orders.yaml', text },
        { path, text: dockerfile },
      ]).findings.map(({ rule }) => rule);
    expect(rulesBeside('src/orders/Dockerfile', 'FROM python:3\nCMD ["gunicorn", "orders"]\n')).toEqual([]);
    expect(rulesBeside('src/orders/Dockerfile', 'FROM node:24\nCMD ["node", "main.js"]\n')).toContain(
      'grace-period-too-short',
    );
    expect(rulesBeside('src/users/Dockerfile', 'FROM python:3\nCMD ["gunicorn", "users"]\n')).toContain(
      'grace-period-too-short',
    );
  });

  it('is judged by what holds for every pod', () => {
    expect(foreign({ image: 'postgres:16', ports: [{ name: 'sql', containerPort: 5432 }] })).toContain(
      'target-port-unknown',
    );
  });
});

describe('a Dockerfile of something else', () => {
  const rulesOf = (...lines: readonly string[]): readonly string[] =>
    checkFiles([{ path: 'Dockerfile', text: lines.join('\n') }]).findings.map(({ rule }) => rule);

  it.each([
    ['FROM nginx:1.27', 'STOPSIGNAL SIGQUIT'],
    ['FROM python:3', 'CMD python app.py'],
    ['FROM nginx AS base', 'FROM base', 'STOPSIGNAL SIGQUIT'],
    ['FROM debian', 'STOPSIGNAL SIGWINCH', 'CMD ["apache2ctl", "-DFOREGROUND"]'],
    ['FROM alpine', 'ENTRYPOINT ./usr/local/bin/currency $PORT'],
  ])('is not judged: %s', (...lines) => {
    expect(rulesOf(...lines)).toEqual([]);
  });

  it('is judged where it starts Node', () => {
    expect(rulesOf('FROM python:3', 'STOPSIGNAL SIGQUIT', 'CMD node main.js')).toEqual([
      'stop-signal-not-handled',
      'signal-not-forwarded',
    ]);
  });
});
