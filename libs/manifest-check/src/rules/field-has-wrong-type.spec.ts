import {
  deployment,
  type DeploymentParts,
  fileNamed,
  findingsOf,
  fixedBy,
  messagesOf,
  resource,
  service,
} from '../../../../test/support/manifests.js';

const rule = 'field-has-wrong-type';
const NUMBER = 'a whole number, 0 or more, without quotes or a unit';
const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;

const grace = (terminationGracePeriodSeconds: string | number): string =>
  deployment({ pod: { terminationGracePeriodSeconds } });

describe('field-has-wrong-type', () => {
  it.each([
    ['numbers, lists and probes', deployment({ pod: { terminationGracePeriodSeconds: 45 }, env: { PORT: '3000' } })],
    ['what is not written', deployment({ pod: { terminationGracePeriodSeconds: null }, container: { env: null } })],
    ['none on purpose', deployment({ spec: { replicas: 0 }, pod: { terminationGracePeriodSeconds: 0 } })],
    ['what is filled in later', grace('${GRACE_PERIOD:=30}')],
    ['what another tool fills in', deployment({ spec: { replicas: '{{ replicas }}' } })],
    ['a variable from elsewhere', deployment({ container: { env: [{ name: 'A', valueFrom: { fieldRef: {} } }] } })],
    ['a part of a probe', deployment({ container: { image: null, readinessProbe: { periodSeconds: 2 } } })],
    ['an autoscaler', resource('HorizontalPodAutoscaler', { minReplicas: 2 })],
    ['other objects', resource('Job', { template: { spec: { terminationGracePeriodSeconds: '30s' } } })],
    ['a duration of Compose', fileNamed('compose.yaml', 'services: { a: { stop_grace_period: 1m30s } }')],
    ['one from elsewhere', fileNamed('compose.yaml', 'services: { a: { stop_grace_period: "${GRACE}" } }')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['20', '"20"', 20],
    ['30s', '"30s"', 30],
    ['1m', '"1m"', 60],
    ['soon', '"soon"', 30],
    [-1, '-1', 30],
    [1.5, '1.5', 2],
    [1e22, '1e+22', 30],
  ])('fails a grace period of %j, which no other rule reckons with', (written, found, seconds) => {
    const text = grace(written);
    const [finding, ...others] = findingsOf(rule, [text]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      message: `${POD}.terminationGracePeriodSeconds is ${found}, and has to be ${NUMBER}`,
      remedy: `terminationGracePeriodSeconds: ${seconds}`,
      subject: 'Deployment orders',
      severity: 'error',
    });
    expect(text.split('\n')[(finding?.line ?? 0) - 1]?.slice((finding?.column ?? 0) - 1)).toMatch(
      /^"terminationGracePeriodSeconds"/,
    );
    const withSleep: DeploymentParts = {
      pod: { terminationGracePeriodSeconds: written },
      container: { lifecycle: { preStop: { sleep: { seconds: 300 } } } },
    };
    for (const other of ['grace-period-too-short', 'grace-period-unused', 'pre-stop-too-long', 'grace-period-zero']) {
      expect(messagesOf(other, [deployment(withSleep), text])).toEqual([]);
    }
  });

  it.each([
    [
      'env',
      { SHUTDOWN_GRACE_PERIOD: '60s' },
      'a mapping, and has to be a list of mappings, each after a dash',
      /name: SHUTDOWN_GRACE_PERIOD\n {4}value: "60s"$/,
    ],
    [
      'command',
      'node dist/main.js',
      '"node dist/main.js", and has to be a list of texts, each after a dash',
      /^command: \["node","dist\/main.js"\]$/,
    ],
    ['ports', 3000, '3000, and has to be a list of mappings, each after a dash', /^ports:\n {2}- containerPort: 3000$/],
    [
      'readinessProbe',
      {},
      'empty, and has to be a mapping with one of httpGet, tcpSocket, exec, grpc',
      /^readinessProbe:\n {2}httpGet: /,
    ],
    [
      'livenessProbe',
      '/health',
      '"/health", and has to be a mapping with one of httpGet, tcpSocket, exec, grpc',
      /^livenessProbe:/,
    ],
    [
      'startupProbe',
      { periodSeconds: 2 },
      'a mapping, and has to be a mapping with one of httpGet, tcpSocket, exec, grpc',
      /^startupProbe:/,
    ],
  ])('fails a container with %s that is something else', (key, written, words, remedy) => {
    const findings = findingsOf(rule, [deployment({ container: { [key]: written } })]);
    expect(findings.map(({ message }) => message)).toEqual([`${CONTAINER}.${key} is ${words}`]);
    expect(findings[0]?.remedy).toMatch(remedy);
  });

  it('keeps to itself what variables say that may be secret', () => {
    const env = [{ name: 'SHUTDOWN_GRACE_PERIOD', value: 30 }, { name: 'PIN', value: 4711 }, 'PASSWORD=4712'];
    const [own, pin, item] = findingsOf(rule, [deployment({ container: { env } })]).map(
      ({ message, remedy }) => `${message}: ${remedy}`,
    );
    expect(own).toBe(`${CONTAINER}.env[0].value is 30, and has to be a text, in quotes: value: "30"`);
    expect(pin).toBe(
      `${CONTAINER}.env[1].value is a number, and has to be a text, in quotes: value: "0"   # what stands there, in quotes: it may be secret, so it is not shown here`,
    );
    expect(item).toContain(`${CONTAINER}.env[2] is a text, and has to be a mapping`);
    const mapping = findingsOf(rule, [deployment({ container: { env: { PASSWORD: 'geheim' } } })]);
    expect(JSON.stringify([own, pin, item, mapping])).not.toMatch(/4711|4712|geheim/);
  });

  it('reads variables in a mapping as they are meant', () => {
    const text = deployment({
      pod: { terminationGracePeriodSeconds: 60 },
      container: { env: { SHUTDOWN_GRACE_PERIOD: '60s' } },
    });
    expect(messagesOf('grace-period-unused', [text])).toEqual([]);
    expect(messagesOf('grace-period-too-short', [text])).toEqual([]);
  });

  it('fails containers that are no list, of which there would be no workload', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        orders: { image: orders:1 }
`;
    expect(findingsOf(rule, [text])).toMatchObject([
      {
        ...{ line: 7, column: 7 },
        message: `${POD}.containers is a mapping, and has to be a list of mappings, each after a dash`,
        remedy: 'containers:\n  - name: orders\n    image: …',
      },
    ]);
  });

  it.each([
    ['replicas', deployment({ spec: { replicas: '1' } }), 'replicas: 1', 'single-replica'],
    [
      'a deadline',
      deployment({ spec: { progressDeadlineSeconds: '5s' } }),
      'progressDeadlineSeconds: 5',
      'progress-deadline-too-short',
    ],
    [
      'time to be ready',
      deployment({ spec: { minReadySeconds: '5s', progressDeadlineSeconds: 1 } }),
      'minReadySeconds: 5',
      'progress-deadline-too-short',
    ],
    [
      'the period of a probe',
      deployment({ container: { readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: '5s' } } }),
      'periodSeconds: 5',
      'probe-timeout',
    ],
    [
      'the patience of a startup probe',
      deployment({
        container: {
          startupProbe: { httpGet: { path: '/', port: 'http' }, failureThreshold: 'many' },
          livenessProbe: { httpGet: { path: '/live', port: 'http' }, periodSeconds: 2 },
        },
      }),
      'failureThreshold: 3',
      'start-not-covered',
    ],
    [
      'a sleep',
      deployment({
        env: { SHUTDOWN_LAME_DUCK: '1s' },
        container: { lifecycle: { preStop: { sleep: { seconds: '5s' } } } },
      }),
      'seconds: 5',
      'lame-duck-too-short',
    ],
  ])('fails %s that is no number, and no other rule reckons with it', (_what, text, remedy, other) => {
    expect(findingsOf(rule, [text])).toMatchObject([{ remedy }]);
    expect(messagesOf(other, [service(), text])).toEqual([]);
  });

  it('fails autoscalers whose least number of pods is none, and what they scale is not counted', () => {
    const target = { scaleTargetRef: { kind: 'Deployment', name: 'orders' } };
    const scalers = [
      resource('HorizontalPodAutoscaler', { ...target, minReplicas: '1' }),
      resource('ScaledObject', { ...target, minReplicaCount: -1 }),
    ];
    expect(findingsOf(rule, scalers).map(({ remedy }) => remedy)).toEqual(['minReplicas: 1', 'minReplicaCount: 2']);
    for (const scaler of scalers) {
      expect(messagesOf('single-replica', [deployment({ spec: { replicas: 1 } }), service(), scaler])).toEqual([]);
    }
  });

  it.each([
    ['forty', '"forty"', 'stop_grace_period: 30s'],
    ['40', '40', 'stop_grace_period: 40s'],
    ['{ seconds: 40 }', 'a mapping', 'stop_grace_period: 30s'],
  ])('fails stop_grace_period: %s in Compose', (written, found, remedy) => {
    const text = fileNamed('compose.yaml', 'services:', '  orders:', `    stop_grace_period: ${written}`);
    expect(findingsOf(rule, [text])).toMatchObject([
      {
        ...{ file: 'compose.yaml', line: 4, column: 5, subject: 'Compose file orders', remedy },
        message: `services.orders.stop_grace_period is ${found}, and has to be a duration with its unit, such as 30s or 1m30s`,
      },
    ]);
  });

  it('says what Kubernetes makes of a zero in front, and reckons with that', () => {
    const octal = deployment({ pod: { terminationGracePeriodSeconds: 40 } }).replace(
      '"terminationGracePeriodSeconds": 40',
      'terminationGracePeriodSeconds: 040',
    );
    expect(findingsOf(rule, [octal])).toMatchObject([
      {
        message: expect.stringContaining(
          'is 040, which Kubernetes reads as 32 (octal), and has to be a number without a zero in front',
        ) as unknown,
        remedy: 'terminationGracePeriodSeconds: 40',
      },
    ]);
    const short = octal.replace(': 040', ': 030');
    expect(messagesOf('grace-period-too-short', [short])).toEqual([
      expect.stringContaining('but the pod is given 24s'),
    ]);
    const probe = { httpGet: { path: '/live', port: 'http' }, timeoutSeconds: 2, terminationGracePeriodSeconds: 40 };
    const probed = deployment({ container: { livenessProbe: probe } });
    expect(messagesOf(rule, [probed])).toEqual([]);
    expect(
      messagesOf(rule, [probed.replace('"terminationGracePeriodSeconds": 40', 'terminationGracePeriodSeconds: 040')]),
    ).toEqual([
      expect.stringContaining('livenessProbe.terminationGracePeriodSeconds is 040, which Kubernetes reads as 32'),
    ]);
    // No octal digits, and one that is the same either way.
    expect(messagesOf(rule, [octal.replace(': 040', ': 07')])).toEqual([]);
  });

  it('is mended where a variable needs its quotes', () => {
    const fixed = fixedBy(rule, [
      deployment({
        container: {
          env: [
            { name: 'DEBUG', value: true },
            { name: 'PORT', value: 4000 },
          ],
        },
      }),
    ]);
    expect(fixed).toContain('"value": "true"');
    expect(fixed).toContain('"value": "4000"');
    expect(messagesOf(rule, [fixed])).toEqual([]);
  });

  it('fails a port in quotes', () => {
    expect(findingsOf(rule, [deployment({ container: { ports: [{ containerPort: '3000' }] } })])).toMatchObject([
      {
        message: `${CONTAINER}.ports[0].containerPort is "3000", and has to be ${NUMBER}`,
        remedy: 'containerPort: 3000',
      },
    ]);
  });
});
