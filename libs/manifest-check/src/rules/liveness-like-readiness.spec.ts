import { deployment, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'liveness-like-readiness';

function probes(live: string, ready: string, { livePort = 3000, readyPort = 3000 } = {}): string {
  return deployment({
    container: {
      livenessProbe: { httpGet: { path: live, port: livePort } },
      readinessProbe: { httpGet: { path: ready, port: readyPort } },
    },
  });
}

describe('liveness-like-readiness', () => {
  it('passes two paths, two ports, and no liveness at all', () => {
    expect(messagesOf(rule, [probes('/health/live', '/health/ready')])).toEqual([]);
    expect(messagesOf(rule, [probes('/health', '/health', { livePort: 9000 })])).toEqual([]);
    expect(messagesOf(rule, [deployment()])).toEqual([]);
  });

  it('fails the same path, and one that is for readiness by its name', () => {
    expect(messagesOf(rule, [probes('/health', '/health')])).toEqual(['liveness and readiness both ask /health']);
    expect(messagesOf(rule, [probes('/readyz', '/health', { livePort: 9000 })])).toEqual([
      'liveness asks /readyz, which answers for readiness',
    ]);
  });
});
