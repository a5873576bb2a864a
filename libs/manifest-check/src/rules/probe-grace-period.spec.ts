import { deployment, findingsOf, fixedBy, type Json, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'probe-grace-period';

function probed(name: string, terminationGracePeriodSeconds: Json, env: Readonly<Record<string, string>> = {}): string {
  const probe = { httpGet: { path: '/health/live', port: 3000 }, terminationGracePeriodSeconds };
  return deployment({
    pod: { terminationGracePeriodSeconds: 60 },
    container: { [name]: probe, env: Object.entries(env).map(([name, value]) => ({ name, value })) },
  });
}

describe('probe-grace-period', () => {
  it.each([
    ['time enough', probed('livenessProbe', 30)],
    ['what is left to the pod', deployment({ container: { livenessProbe: { tcpSocket: { port: 1 } } } })],
    ['a service that does not shut down', probed('livenessProbe', 1, { SHUTDOWN_ENABLED: 'false' })],
    ['what is no number, of which another rule speaks', probed('livenessProbe', '1s')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('fails a liveness probe that leaves no time, and says of a startup probe that hooks do not run', () => {
    expect(findingsOf(rule, [probed('livenessProbe', 5)])).toMatchObject([
      {
        severity: 'error',
        message:
          'livenessProbe gives the container 5 s to stop, but the service plans with lame duck, drain and hooks of 28s',
      },
    ]);
    expect(findingsOf(rule, [probed('livenessProbe', 5)])[0]?.remedy).toBe(
      "Delete terminationGracePeriodSeconds of livenessProbe, so that the pod's counts; or give it 30 or more.",
    );
    expect(findingsOf(rule, [probed('startupProbe', 5)])).toMatchObject([{ severity: 'note' }]);
  });

  it('is mended by a time that is long enough', () => {
    const fixed = fixedBy(rule, [probed('livenessProbe', 5)]);
    expect(fixed).toContain('"terminationGracePeriodSeconds": 30');
    expect(messagesOf(rule, [fixed])).toEqual([]);
  });
});
