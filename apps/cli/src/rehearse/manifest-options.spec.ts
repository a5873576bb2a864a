import { readWorkloads } from 'nestjs-lifecycle-manifest-check';
import { manifestOptions } from './manifest-options.js';

function optionsOf(
  container: string,
  { command = '[node, main.js]', pod = '', others = '' } = {},
): ReturnType<typeof manifestOptions> {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: { name: hello, namespace: shop }
spec:
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello, app.kubernetes.io/version: '7' } }
    spec:${pod}
      containers:
        - name: hello
          image: hello:1
          command: ${command}
${container}
${others}`;
  const [workload] = readWorkloads([{ path: 'hello.yaml', text }]);
  if (workload === undefined) throw new Error('there is no workload');
  return manifestOptions(workload);
}

describe('manifestOptions', () => {
  it('gives what a container is told of its pod, and says what it cannot give', () => {
    const { options, notes } = optionsOf(`
          resources: { limits: { cpu: 1500m, memory: 256Mi } }
          env:
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: UID_OF_POD, valueFrom: { fieldRef: { fieldPath: metadata.uid } } }
            - { name: NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
            - { name: IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
            - { name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }
            - { name: RELEASE, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/version']" } } }
            - { name: TEAM, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['team']" } } }
            - { name: CPUS, valueFrom: { resourceFieldRef: { resource: limits.cpu } } }
            - { name: MEMORY, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } }
            - { name: DISK, valueFrom: { resourceFieldRef: { resource: limits.ephemeral-storage } } }`);
    expect(options.podFields).toEqual({ POD: 'metadata.name', UID_OF_POD: 'metadata.uid' });
    expect(options.env).toEqual({
      NAMESPACE: 'shop',
      IP: '127.0.0.1',
      NODE: 'rehearsal',
      RELEASE: '7',
      CPUS: '2',
      MEMORY: '256',
    });
    expect(notes).toEqual([
      "TEAM is not set: no file says metadata.annotations['team'].",
      'DISK is not set: no file says limits.ephemeral-storage.',
    ]);
  });

  it('asks a preStop hook at its own port, by its number or its name', () => {
    const ports = '[{ name: admin, containerPort: 9000 }]';
    const hook = (port: string): string =>
      `          ports: ${ports}\n          lifecycle: { preStop: { httpGet: { path: /drain, port: ${port} } } }`;
    for (const port of ['9000', 'admin'])
      expect(optionsOf(hook(port)).options.preStop).toEqual({ httpGet: '/drain', port: 9000 });
  });

  it('says of a port that no variable names that all pods would take it', () => {
    const { options, notes } = optionsOf(`
          ports: [{ containerPort: 8080 }, { containerPort: 9090 }]`);
    expect(options.ports).toMatchObject([{ containerPort: 8080, variable: 'PORT' }]);
    expect(notes).toEqual([expect.stringMatching(/^Port 9090 is the same for all pods.*MANAGEMENT_PORT/)]);
  });

  it('gives the values of Secrets that a file has, and names those that none has', () => {
    const others = `---
apiVersion: v1
kind: Secret
metadata: { name: keys, namespace: shop }
data: { TOKEN: c2VjcmV0, LEVEL: bG93 }
stringData: { LEVEL: high }
`;
    const { options, secrets, notes } = optionsOf(
      `
          envFrom:
            - secretRef: { name: keys }
            - { prefix: A_, secretRef: { name: keys } }
            - secretRef: { name: elsewhere }
            - secretRef: { name: maybe, optional: true }
            - configMapRef: { name: settings }
          env:
            - { name: KEY, valueFrom: { secretKeyRef: { name: keys, key: TOKEN } } }
            - { name: OTHER, valueFrom: { secretKeyRef: { name: elsewhere, key: TOKEN } } }
            - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }`,
      { others },
    );
    expect(options.env).toEqual({ TOKEN: 'secret', LEVEL: 'high', A_TOKEN: 'secret', A_LEVEL: 'high', KEY: 'secret' });
    expect(secrets).toEqual(['OTHER']);
    expect(notes.filter((note) => /Secret|ConfigMap/.test(note))).toEqual([
      expect.stringMatching(/^Secret elsewhere is in none of the files/),
      expect.stringMatching(/^ConfigMap settings is in none of the files/),
      'MODE is what this shell has, if anything: no file has mode of ConfigMap settings.',
    ]);
  });

  it('names what runs before and beside the container and is not played', () => {
    const { notes } = optionsOf('', {
      pod: `
      initContainers:
        - { name: migrate, image: hello:1 }
        - { name: proxy, image: envoy:1, restartPolicy: Always }`,
    });
    expect(notes).toEqual([
      'Deployment hello: its init containers (migrate) are not run: what they prepare has to be there.',
      'Deployment hello: only its container hello is played, without proxy.',
    ]);
  });

  it('plays a probe over gRPC, of the whole server or of one service', () => {
    const { options, notes } = optionsOf(
      '          ports: [{ containerPort: 5000 }]\n          readinessProbe: { grpc: { port: 5000 } }',
    );
    expect(options.readiness).toMatchObject({ grpc: true, port: 5000 });
    expect(notes).toEqual([]);
  });

  it('tells args from a whole command', () => {
    const { options, args } = optionsOf('          args: [dist/main.js]', { command: '[]' });
    expect([options.command, args]).toEqual([undefined, ['dist/main.js']]);
    expect(optionsOf('          args: [--quiet]')).toMatchObject({
      options: { command: ['node', 'main.js', '--quiet'] },
    });
  });

  it.each([
    ['', true],
    ['          readinessProbe: { exec: { command: [cat, /tmp/ready] } }', true],
    ['          readinessProbe: { httpGet: { path: /, port: 3000 } }', undefined],
    ['          ports: [{ containerPort: 3000 }]', undefined],
  ])('takes a container with %j for a worker: %s', (container, isWorker) => {
    expect(optionsOf(container).options.isWorker).toBe(isWorker);
  });

  it.each([
    [
      'canary: { maxSurge: 2, maxUnavailable: 0, steps: [{ setWeight: 20 }, { pause: { duration: 1m } }, { setWeight: 60 }] }',
      {
        maxSurge: 2,
        maxUnavailable: 0,
        argoRollout: { steps: [{ setWeight: 20 }, { pause: 30_000 }, { setWeight: 60 }] },
      },
      ['a pause longer than 30 s is played as 30 s.'],
    ],
    [
      'canary: { analysis: {}, steps: [{ setWeight: 20 }, { pause: {} }, { pause: { duration: 10 } }, { experiment: {} }, { analysis: {} }] }',
      { maxSurge: '25%', argoRollout: { steps: [{ setWeight: 20 }, { pause: 5000 }, { pause: 10_000 }] } },
      [
        'a pause without a duration waits for a person, who ends it here after 5 s.',
        'steps of experiment, analysis are not played, and the next one follows at once.',
        'its analysis is not played.',
      ],
    ],
    [
      'canary: { trafficRouting: { nginx: {} }, steps: [{ setWeight: 20 }, { pause: {} }] }',
      { maxSurge: '25%', maxUnavailable: '25%', argoRollout: undefined },
      [
        expect.stringContaining(
          'its steps (setWeight, pause) are not played, for requests are shared out by its trafficRouting',
        ),
      ],
    ],
    ['canary: {}', { maxSurge: '25%', maxUnavailable: '25%', argoRollout: undefined }, []],
    [
      'blueGreen: { activeService: hello }',
      { argoRollout: { blueGreen: { promotion: 0, scaleDownDelay: 30_000 } } },
      [],
    ],
    [
      'blueGreen: { autoPromotionEnabled: false, scaleDownDelaySeconds: 600, prePromotionAnalysis: {} }',
      { argoRollout: { blueGreen: { promotion: 5000, scaleDownDelay: 30_000 } } },
      [
        'it waits for a person to promote it, who does so here after 5 s.',
        'its scaleDownDelaySeconds of 600 is played as 30 s.',
        'its prePromotionAnalysis is not played.',
      ],
    ],
  ])('plays an Argo Rollout with { %s }, and says what is left out', (strategy, played, said) => {
    const text = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: hello }
spec:
  strategy: { ${strategy} }
  template: { spec: { containers: [{ name: hello, image: hello:1, command: [node, main.js], ports: [{ containerPort: 3000 }] }] } }
`;
    const [workload] = readWorkloads([{ path: 'hello.yaml', text }]);
    if (workload === undefined) throw new Error('there is no workload');
    const { options, notes } = manifestOptions(workload);
    const { maxSurge, maxUnavailable, argoRollout } = options;
    expect({ maxSurge, maxUnavailable, argoRollout }).toMatchObject(played);
    expect(notes.map((note) => note.replace(/^Rollout hello: /, ''))).toEqual(said);
  });
});
