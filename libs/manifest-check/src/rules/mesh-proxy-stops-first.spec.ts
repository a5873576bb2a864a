import { deployment, findingsOf, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'mesh-proxy-stops-first';

function meshed(annotations = {}): string {
  const podMetadata = { labels: { app: 'orders', 'sidecar.istio.io/inject': 'true' }, annotations };
  return deployment({ podMetadata });
}

function withConfig(config: string): string {
  return meshed({ 'proxy.istio.io/config': config });
}

function mesh(mesh: string): string {
  const metadata = { name: 'istio', namespace: 'istio-system' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh } });
}

function withProxy(proxy: object, key = 'containers'): string {
  const parsed = JSON.parse(deployment()) as { spec: { template: { spec: Record<string, object[]> } } };
  const pod = parsed.spec.template.spec;
  pod[key] = [...(pod[key] ?? []), { name: 'istio-proxy', image: 'proxyv2:1', ...proxy }];
  return JSON.stringify(parsed);
}

function remediesOf(text: string): readonly string[] {
  return findingsOf(rule, [text]).map(({ remedy }) => remedy);
}

describe('mesh-proxy-stops-first', () => {
  it.each([
    ['a service without a mesh', [deployment()]],
    ['a sidecar that waits for connections', [withConfig('proxyMetadata:\n  EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"')]],
    ['a sidecar that waits long enough', [withConfig('terminationDrainDuration: 28s')]],
    ['the same as JSON', [withConfig('{"terminationDrainDuration":"30s"}')]],
    ['a mesh that waits', [meshed(), mesh('defaultConfig:\n  terminationDrainDuration: 60s')]],
    [
      'an operator that waits',
      [
        meshed(),
        resource(
          'IstioOperator',
          { meshConfig: { defaultConfig: { proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true' } } } },
          { apiVersion: 'install.istio.io/v1alpha1' },
        ),
      ],
    ],
    ['a native sidecar by annotation', [meshed({ 'sidecar.istio.io/nativeSidecar': 'true' })]],
    ['a native sidecar', [withProxy({ restartPolicy: 'Always' }, 'initContainers')]],
    ['a sidecar with a preStop of its own', [withProxy({ lifecycle: { preStop: { exec: { command: ['wait'] } } } })]],
    [
      'a shutdown that is switched off',
      [
        deployment({
          podMetadata: { annotations: { 'sidecar.istio.io/inject': 'true' } },
          env: { SHUTDOWN_ENABLED: '0' },
        }),
      ],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    ['the default', [meshed()], 'ends 5s after its signal (the default), but the service may take 28s'],
    ['an injected proxy', [withProxy({})], 'ends 5s'],
    ['too short a time', [withConfig('terminationDrainDuration: 20s')], 'ends 20s after its signal, but'],
    [
      'its own setting before that of the mesh',
      [withConfig('terminationDrainDuration: 9s'), mesh('terminationDrainDuration: 60s')],
      'ends 9s',
    ],
  ])('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([expect.stringContaining(message)]);
  });

  it('has the whole annotation as its remedy where there is none', () => {
    const [remedy = ''] = remediesOf(meshed());
    expect(remedy).toContain('proxy.istio.io/config: |\n      proxyMetadata:\n        EXIT_ON_ZERO');
  });

  it.each([
    [
      'other settings',
      'terminationDrainDuration: 9s\nconcurrency: 2',
      'beside what it says now:\nproxyMetadata:\n  EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"\n',
    ],
    [
      'other variables',
      'proxyMetadata:\n  ISTIO_META_DNS_CAPTURE: "true"',
      'one more under the proxyMetadata there:\nEXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"\n',
    ],
    [
      'JSON',
      '{"concurrency":2}',
      'beside what it says now:\n"proxyMetadata": { "EXIT_ON_ZERO_ACTIVE_CONNECTIONS": "true" }\n',
    ],
    [
      'the variable itself',
      'proxyMetadata:\n  EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "false"',
      'instead of the value there:\nEXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true"\n',
    ],
  ])('leaves an annotation that is there, with %s, and says what to add', (_what, config, remedy) => {
    expect(remediesOf(withConfig(config))).toEqual([
      expect.stringContaining(`# in the annotation proxy.istio.io/config, ${remedy}`),
    ]);
  });

  it.each([{ 'istio-injection': 'enabled' }, { 'istio.io/rev': 'stable' }])(
    'sees the namespace of a mesh: %j',
    (labels) => {
      const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } });
      expect(messagesOf(rule, [deployment(), namespace])).toHaveLength(1);
      const podMetadata = { labels: { app: 'orders', 'sidecar.istio.io/inject': 'false' } };
      expect(messagesOf(rule, [deployment({ podMetadata }), namespace])).toEqual([]);
    },
  );
});
