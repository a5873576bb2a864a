import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

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

  it.each([
    ['a port by its name and by its number', { path: '/up', port: 'http' }, { path: '/up', port: 3000 }, '/up'],
    ['a slash at the end', { path: '/up', port: 3000 }, { path: '/up/', port: 3000 }, '/up/'],
    ['a scheme that is the default', { path: '/up', port: 3000, scheme: 'HTTP' }, { path: '/up', port: 3000 }, '/up'],
    ['no path, which is /', { port: 3000 }, { path: '/', port: 3000 }, '/'],
  ])('fails the same but for %s', (_what, ready, live, path) => {
    const probed = deployment({ container: { readinessProbe: { httpGet: ready }, livenessProbe: { httpGet: live } } });
    expect(messagesOf(rule, [probed])).toEqual([`liveness and readiness both ask ${path}`]);
  });

  it('only notes the top of the site, which most often needs nothing that could be away', () => {
    expect(findingsOf(rule, [probes('/', '/')])).toMatchObject([{ severity: 'note' }]);
    expect(findingsOf(rule, [probes('/up', '/up')])[0]?.severity).not.toBe('note');
  });

  it('fails the same command, and asks for another path in it', () => {
    const command = ['sh', '-c', 'wget -qO- http://127.0.0.1:3000/ready?full=1 || exit 1'];
    const same = { exec: { command } };
    const [finding] = findingsOf(rule, [deployment({ container: { readinessProbe: same, livenessProbe: same } })]);
    expect(finding?.message).toBe(`liveness and readiness both run ${JSON.stringify(command.join(' '))}`);
    expect(finding?.remedy).toContain('http://127.0.0.1:3000/health/live?full=1 || exit 1');
    const other = { exec: { command: ['cat', '/tmp/alive'] } };
    expect(messagesOf(rule, [deployment({ container: { readinessProbe: same, livenessProbe: other } })])).toEqual([]);
  });

  it('fails the same service of gRPC, and passes two of them', () => {
    const grpc = (service?: string) => ({ grpc: { port: 5000, ...(service !== undefined && { service }) } });
    const probed = (live: ReturnType<typeof grpc>) =>
      messagesOf(rule, [deployment({ container: { readinessProbe: grpc(), livenessProbe: live } })]);
    expect(probed(grpc(''))).toEqual(['liveness and readiness both ask gRPC for "" on port 5000']);
    expect(probed(grpc('live'))).toEqual([]);
  });

  it('fails the same path, and one that is for readiness by its name', () => {
    expect(messagesOf(rule, [probes('/health', '/health')])).toEqual(['liveness and readiness both ask /health']);
    expect(messagesOf(rule, [probes('/readyz', '/health', { livePort: 9000 })])).toEqual([
      'liveness asks /readyz, which answers for readiness',
    ]);
  });
});
