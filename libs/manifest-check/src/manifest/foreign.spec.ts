import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { deployment, type Json, service } from '../../../../test/support/manifests.js';
import { isForeignStart } from './foreign.js';
import { type TextFile } from '../source/source.js';

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
    ['eclipse-mosquitto:2', []],
    ['alpine/socat', ['TCP-LISTEN:4317,fork', 'TCP:10.0.0.1:4317']],
    ['curlimages/curl:8', ['sh', '-c', 'for a in b c; do curl -f $a; done']],
    ['temporalio/auto-setup:1.24', []],
    ['qdrant/qdrant', []],
    ['kubernetesui/metrics-scraper:v1.0.8', []],
    ['docker-registry.nginx.com/nap-dos/app_protect_dos_arb:1', []],
    ['gcr.io/knative-releases/knative.dev/serving/cmd/activator@sha256:0123', []],
    ['amazon/aws-otel-collector', []],
    ['cloudflare/cloudflared:2025', ['tunnel', 'run']],
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
    ['acme/nginx-orders:1', ['node', 'main.js']],
    ['gcr.io/acme/orders:1', []],
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

/** The severity of what a Deployment is told, of readiness and of liveness, beside other files. */
function severitiesOf(
  container: { readonly [key: string]: Json },
  others: readonly TextFile[] = [],
): readonly string[] {
  const text = deployment({
    container: {
      command: [],
      livenessProbe: { httpGet: { path: '/', port: 'http' } },
      readinessProbe: null,
      ...container,
    },
  });
  const files = [
    { path: 'k8s/orders.yaml', text },
    { path: 'k8s/service.yaml', text: service() },
  ];
  return checkFiles([...files, ...others])
    .findings.filter(({ rule }) => rule === 'readiness-probe-missing')
    .map(({ severity }) => severity);
}

const dockerfile = (path: string, ...lines: readonly string[]): TextFile => ({ path, text: lines.join('\n') });
const NGINX = [
  'FROM node:24 AS build',
  'RUN npm run build',
  'FROM nginx:1.27',
  'COPY --from=build /app /usr/share/nginx/html',
];
const NODE = ['FROM node:24', 'CMD ["node", "main.js"]'];

describe('what a Dockerfile here builds', () => {
  it.each<[string, string, string]>([
    ['acme/shop-frontend', 'frontend/Dockerfile', 'orders'],
    ['acme/shop', 'apps/orders/Dockerfile', 'orders'],
    ['acme/web', 'client/Dockerfile', 'page'],
    ['acme/shop-pages-service', 'docker/pages.Dockerfile', 'x'],
    ['acme/shop-pages', 'docker/Dockerfile.pages', 'x'],
  ])('is known where the image %s is called otherwise than %s', (image, path, name) => {
    const container = { image, name, ports: [{ name: 'http', containerPort: 3000 }] };
    expect(severitiesOf(container, [dockerfile(path, ...NGINX)])).toEqual([]);
    expect(severitiesOf(container, [dockerfile(path, ...NODE)])).toEqual(['error']);
  });

  it('is known by the names that Compose gives', () => {
    const compose = {
      path: 'compose.yaml',
      text: 'services:\n  pages:\n    image: acme/shop-x\n    build: ./server\n',
    };
    const ports = [{ name: 'http', containerPort: 3000 }];
    const files = [compose, dockerfile('server/Dockerfile', ...NGINX)];
    expect(severitiesOf({ image: 'acme/shop-x:2', ports }, files)).toEqual([]);
    expect(severitiesOf({ image: 'acme/y', name: 'pages', ports }, files)).toEqual([]);
  });

  it('counts for more than NODE_ENV where it has the very name, and less than a command', () => {
    const container = { image: 'acme/shop-pages', name: 'pages', env: [{ name: 'NODE_ENV', value: 'production' }] };
    const files = [dockerfile('pages/Dockerfile', ...NGINX)];
    expect(severitiesOf(container, files)).toEqual([]);
    expect(severitiesOf({ ...container, command: ['node', 'main.js'] }, files)).toEqual(['error']);
  });

  it('is a note where the image starts a server for development', () => {
    const files = [dockerfile('orders/Dockerfile', 'FROM node:24', 'CMD ["npm", "run", "dev"]')];
    expect(severitiesOf({}, files)).toEqual(['note']);
    expect(severitiesOf({ command: ['node', 'main.js'] }, files)).toEqual(['error']);
  });

  it('is a note where a script starts what nothing shows, and nothing is said of what the script’s image shows', () => {
    expect(
      severitiesOf({ ports: [{ name: 'http', containerPort: 80 }] }, [
        dockerfile('orders/Dockerfile', 'FROM ubuntu:24.04', 'CMD ["/run.sh"]'),
      ]),
    ).toEqual(['note']);
    expect(
      severitiesOf({}, [
        dockerfile('orders/Dockerfile', 'FROM ubuntu:24.04', 'RUN apt-get install -y apache2 php', 'CMD ["/run.sh"]'),
      ]),
    ).toEqual([]);
  });
});

describe('a container of which nothing shows what it runs', () => {
  const ports = (containerPort: number): { readonly [key: string]: Json } => ({
    ports: [{ name: 'http', containerPort }],
  });

  it('is one of Node by a port that frameworks of Node have', () => {
    expect(severitiesOf(ports(3000))).toEqual(['error']);
    expect(severitiesOf(ports(4000))).toEqual(['error']);
  });

  it.each([80, 443, 8080, 9000])('is told with a note at port %i, which says what it is unsure of', (port) => {
    expect(severitiesOf(ports(port))).toEqual(['note']);
    expect(severitiesOf({ ...ports(port), env: [{ name: 'NODE_ENV', value: 'production' }] })).toEqual(['error']);
    const text = deployment({ container: { command: [], readinessProbe: null, ...ports(port) } });
    const { findings } = checkFiles([text, service()].map((one, index) => ({ path: `${index}.yaml`, text: one })));
    const found = findings.find(({ rule }) => rule === 'readiness-probe-missing');
    expect(found?.message).toContain('nothing here shows whether it runs Node');
    expect(found?.remedy).not.toContain('/health/ready');
  });

  it('is one of Node at other ports where all that is built here is', () => {
    expect(severitiesOf(ports(8080), [dockerfile('Dockerfile', ...NODE)])).toEqual(['error']);
    expect(severitiesOf(ports(80), [dockerfile('Dockerfile', ...NODE)])).toEqual(['note']);
  });

  it('is not certain where other things are built, too', () => {
    const files = [
      dockerfile('users/Dockerfile', ...NODE),
      dockerfile('mails/Dockerfile', 'FROM golang', 'CMD ["/mails"]'),
    ];
    expect(severitiesOf(ports(3000), files)).toEqual(['note']);
  });

  it('is not certain by a name of front ends', () => {
    expect(severitiesOf({ image: 'acme/shop-frontend:1' })).toEqual(['note']);
  });

  it('does not take the name of the machine for a sign of Node', () => {
    expect(severitiesOf({ ...ports(8080), env: [{ name: 'NODE_NAME', value: 'a' }] })).toEqual(['note']);
  });
});

describe('nodes of databases and brokers', () => {
  it.each<{ readonly [key: string]: Json }>([
    { image: 'acme/percona_xtradb_cluster_5_6:1' },
    { image: 'quay.io/acme/docker-elasticsearch-kubernetes:5', env: [{ name: 'NODE_MASTER', value: 'true' }] },
    { image: 'acme/hazelcast-kubernetes' },
    { image: 'acme/orders-db' },
    { ports: [{ name: 'sql', containerPort: 3306 }, { containerPort: 4444 }] },
    { env: [{ name: 'WSREP_CLUSTER_ADDRESS', value: 'gcomm://' }] },
    { volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }] },
  ])('are known: %j', (container) => {
    expect(severitiesOf({ image: 'acme/x', ...container })).toEqual([]);
  });

  it.each(['acme/redis-sync', 'acme/kafka-consumer', 'acme/mongo-api'])('are not taken for %s', (image) => {
    expect(severitiesOf({ image })).toEqual(['error']);
  });
});
