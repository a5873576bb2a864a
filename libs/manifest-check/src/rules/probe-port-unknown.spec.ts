import { deployment, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'probe-port-unknown';

function probing(port: string | number, container = {}): string {
  return deployment({ container: { livenessProbe: { httpGet: { path: '/health/live', port } }, ...container } });
}

describe('probe-port-unknown', () => {
  it('passes names that the container has, and numbers', () => {
    expect(messagesOf(rule, [probing('http')])).toEqual([]);
    expect(messagesOf(rule, [probing(3000)])).toEqual([]);
    expect(messagesOf(rule, [probing('3000')])).toEqual([]);
    expect(messagesOf(rule, [probing('http', { livenessProbe: { exec: { command: ['true'] } } })])).toEqual([]);
  });

  it.each([
    ['no port is listed', probing(8080, { ports: [], readinessProbe: null })],
    [
      'a variable says it',
      deployment({
        env: { ADMIN_URL: 'http://0.0.0.0:8080' },
        container: {
          livenessProbe: { tcpSocket: { port: 8080 } },
          env: [{ name: 'ADMIN_URL', value: 'http://0.0.0.0:8080' }],
        },
      }),
    ],
    ['its command says it', probing(8080, { command: ['node', 'main.js', '--port=8080'] })],
    [
      'the probe port of the service is there',
      probing(9090, { env: [{ name: 'SHUTDOWN_PROBE_PORT', value: '9090' }] }),
    ],
    ['a mesh answers there', probing(15_020)],
    [
      'Lightship answers there',
      deployment({ container: { livenessProbe: { httpGet: { path: '/live', port: 9000 } } } }),
    ],
  ])('passes a number that is not listed where %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('passes the port of another container of the pod', () => {
    const parsed = JSON.parse(probing(8080)) as { spec: { template: { spec: { containers: unknown[] } } } };
    parsed.spec.template.spec.containers.push({ name: 'proxy', image: 'envoy:1', ports: [{ containerPort: 8080 }] });
    expect(messagesOf(rule, [JSON.stringify(parsed)])).toEqual([]);
  });

  it('warns of the port of Lightship where another path is asked', () => {
    expect(messagesOf(rule, [probing(9000)])).toHaveLength(1);
  });

  it('warns of a number where others are listed', () => {
    expect(findingsOf(rule, [probing(8080)])).toMatchObject([
      {
        severity: 'warning',
        message: 'livenessProbe asks port 8080, but the ports of orders are http = 3000',
        remedy:
          'port: http\n# or, where the container listens on 8080, declare it there:\n# ports:\n#   - containerPort: 8080',
      },
    ]);
    // Part of another number.
    expect(messagesOf(rule, [probing(80, { env: [{ name: 'A', value: '8080' }] })])).toHaveLength(1);
  });

  it('takes the declared port for the mistake where a Service sends to the other', () => {
    const toProbed = service({ ports: [{ port: 80, targetPort: 8080 }] });
    expect(findingsOf(rule, [probing(8080), toProbed])).toMatchObject([
      { remedy: 'ports:\n  - containerPort: 8080\n# or, where the container does not listen on 8080:\n# port: http' },
    ]);
  });

  it('fails names that it does not have', () => {
    expect(messagesOf(rule, [probing('web')])).toEqual([
      'livenessProbe asks port web, but the ports of orders are called http',
    ]);
    expect(messagesOf(rule, [probing(3000, { ports: [{ containerPort: 3000 }] })])).toEqual([
      'readinessProbe asks port http, but the ports of orders are called nothing',
    ]);
  });
});
