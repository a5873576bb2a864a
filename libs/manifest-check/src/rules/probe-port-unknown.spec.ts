import { deployment, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'probe-port-unknown';

function probing(port: string | number, container = {}): string {
  return deployment({ container: { livenessProbe: { httpGet: { path: '/health/live', port } }, ...container } });
}

describe('probe-port-unknown', () => {
  it('passes names that the container has, and numbers', () => {
    expect(messagesOf(rule, [probing('http')])).toEqual([]);
    expect(messagesOf(rule, [probing(8080)])).toEqual([]);
    expect(messagesOf(rule, [probing('8080')])).toEqual([]);
    expect(messagesOf(rule, [probing('http', { livenessProbe: { exec: { command: ['true'] } } })])).toEqual([]);
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
