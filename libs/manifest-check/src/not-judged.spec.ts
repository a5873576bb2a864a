import { deployment, ingress, resource, service } from '../../../test/support/manifests.js';
import { checkFiles } from './check-files.js';

function openIn(...texts: readonly string[]): readonly string[] {
  const { notJudged } = checkFiles(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  return notJudged.map(({ file, subject, message }) => `${file} ${subject}: ${message}`);
}

describe('what is not judged', () => {
  it('is nothing where everything is there', () => {
    expect(openIn(deployment(), service(), ingress('nginx'))).toEqual([]);
  });

  it('is nothing of a worker, and of what is no service of Node', () => {
    expect(openIn(deployment({ container: { ports: [] } }))).toEqual([]);
    expect(openIn(deployment({ container: { image: 'postgres:17', command: [] } }))).toEqual([]);
  });

  it('is a workload without a Service, a Service without a workload, and an Ingress without either', () => {
    expect(openIn(deployment())).toEqual([
      expect.stringMatching(/^0\.yaml Deployment orders: it has ports, but no Service/),
    ]);
    expect(openIn(service())).toEqual([
      expect.stringMatching(/^0\.yaml Service orders: no workload here has pods with app=orders/),
    ]);
    expect(openIn(ingress('nginx'))).toEqual([
      expect.stringMatching(/^0\.yaml Ingress orders: Service orders is not here/),
    ]);
  });

  it('is said once of a Service that is wrong, by the rule', () => {
    const misspelt = service({ selector: { app: 'ordrs' } }, { name: 'shop' });
    const { findings, notJudged } = checkFiles([{ path: 'a.yaml', text: `${deployment()}\n${misspelt}` }]);
    expect(findings.map(({ rule }) => rule)).toContain('service-matches-no-pod');
    expect(notJudged.map(({ subject }) => subject)).toEqual(['Deployment orders']);
  });

  it('is a list of PM2 that is computed', () => {
    const text = 'module.exports = { apps: names.map((name) => ({ name, script: `${name}.js` })) };';
    const { notJudged } = checkFiles([{ path: 'ecosystem.config.js', text }]);
    expect(notJudged).toMatchObject([{ subject: 'PM2 application', line: 1 }]);
  });

  it('is what another tool fills in: a time, a number of pods, a variable of the service', () => {
    const files = [
      deployment({ pod: { terminationGracePeriodSeconds: '${GRACE}' }, spec: { replicas: '{{ pods }}' } }),
      service(),
    ];
    expect(openIn(...files)).toEqual([
      '0.yaml Deployment orders: replicas is filled in later ({{ pods }}), so nothing is said of the number of pods',
      '0.yaml Deployment orders: terminationGracePeriodSeconds is filled in later (${GRACE}), so nothing is said of the time to stop',
    ]);
    const given = [deployment({ env: { SHUTDOWN_GRACE_PERIOD: '${GRACE}' } }), service()];
    expect(openIn(...given)).toEqual([
      '0.yaml Deployment orders: SHUTDOWN_GRACE_PERIOD is filled in later (${GRACE}), so its default is reckoned with',
    ]);
    const { findings } = checkFiles([{ path: 'a.yaml', text: given[0] ?? '' }]);
    expect(findings.map(({ rule }) => rule)).not.toContain('settings-refused');
  });

  it('is no number of pods that an autoscaler writes', () => {
    const scaler = resource(
      'HorizontalPodAutoscaler',
      { minReplicas: 2, maxReplicas: 9, scaleTargetRef: { kind: 'Deployment', name: 'orders' } },
      { apiVersion: 'autoscaling/v2' },
    );
    expect(openIn(deployment({ spec: { replicas: '${PODS}' } }), service(), scaler)).toEqual([]);
  });
});

function openInFile(path: string, text: string): readonly string[] {
  const { notJudged } = checkFiles([{ path, text }]);
  return notJudged.map(({ subject, message }) => `${subject}: ${message}`);
}

function task(...containers: readonly object[]): string {
  return JSON.stringify({ family: 'orders', containerDefinitions: containers });
}

describe('what is not judged of other platforms', () => {
  const shop = { name: 'orders', image: 'shop/orders:1' };

  it.each([
    [
      'a task definition with a sidecar',
      'task.json',
      task(shop, { name: 'agent', image: 'shop/agent:1' }),
      'orders, agent run',
    ],
    [
      'one beside a known proxy',
      'task.json',
      task(shop, { name: 'envoy', image: 'envoyproxy/envoy:v1' }),
      'orders runs',
    ],
    ['services of Compose', 'compose.yaml', 'services:\n  a: { image: a }\n  db: { image: postgres:17 }\n', 'a runs'],
    ['a process of a Procfile', 'Procfile', 'web: bin/orders\nrelease: bin/migrate\n', 'web runs'],
    [
      'a task of Nomad',
      'job.json',
      JSON.stringify({
        Job: { ID: 'o', TaskGroups: [{ Tasks: [{ Name: 'orders', Driver: 'exec', Config: { command: 'a' } }] }] },
      }),
      'orders runs',
    ],
    ['a unit of systemd', 'orders.service', '[Service]\nExecStart=/opt/orders/run\n', 'it runs'],
    [
      'containers of Knative without names',
      'service.yaml',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: a }\n' +
        'spec: { template: { spec: { containers: [{ image: a }, { image: b }] } } }\n',
      'any of it runs',
    ],
  ])('is %s that shows no sign of Node', (_what, path, text, words) => {
    const whose = words.includes(',') || words.startsWith('any') ? 'their' : 'its';
    expect(openInFile(path, text)).toEqual([
      expect.stringContaining(
        `: nothing here shows whether ${words} Node, so ${whose} time to stop and ${whose} signal are not judged`,
      ),
    ]);
  });

  it.each([
    [
      'a task of Node beside a proxy',
      'task.json',
      task({ ...shop, image: 'node:24' }, { name: 'envoy', image: 'envoyproxy/envoy:v1' }),
    ],
    ['a database', 'task.json', task({ name: 'db', image: 'postgres:17' })],
    ['a single service, which is meant', 'task.json', task(shop)],
    ['Python', 'Procfile', 'web: gunicorn shop\n'],
    ['a service for development', 'compose.dev.yaml', 'services: { a: { image: a }, b: { image: b } }\n'],
    [
      'a number',
      'ecosystem.config.js',
      'module.exports = { apps: [{ name: "a", script: "a.js", kill_timeout: 30000 }] };',
    ],
  ])('is nothing of %s', (_what, path, text) => {
    expect(openInFile(path, text)).toEqual([]);
  });

  it.each([
    ['stopTimeout', 'task.json', task({ ...shop, image: 'node:24', stopTimeout: '${GRACE}' })],
    ['kill_timeout', 'fly.toml', 'kill_timeout = "${GRACE}"\n[processes]\nweb = "node main.js"\n'],
    ['kill_timeout', 'ecosystem.config.js', 'module.exports = { apps: [{ script: "a.js", kill_timeout: time() }] };'],
    ['kill_timeout', 'ecosystem.config.js', 'module.exports = { apps: [{ script: "a.js", ...common() }] };'],
    [
      'timeoutSeconds',
      'service.yaml',
      'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: a }\n' +
        'spec: { template: { spec: { timeoutSeconds: "${GRACE}", containers: [{ image: node }] } } }\n',
    ],
  ])('is a %s that stands elsewhere, in %s', (name, path, text) => {
    expect(openInFile(path, text)).toEqual([
      expect.stringContaining(`: ${name} is computed or filled in later, so nothing is said of its time to stop`),
    ]);
  });

  it('is a time of Compose that is set where it is started', () => {
    const text = 'services: { a: { image: node, stop_grace_period: "${GRACE}" } }\n';
    expect(openInFile('compose.yaml', text)).toEqual([
      expect.stringContaining('a: stop_grace_period is set where Compose'),
    ]);
  });

  it('is a list of PM2 of which a part is computed', () => {
    const text = 'module.exports = { apps: [{ script: "a.js", kill_timeout: 30000 }, ...workers()] };';
    expect(openInFile('ecosystem.config.js', text)).toEqual([
      'PM2 application: some of its applications are computed, and the file is read, not run',
    ]);
  });
});
