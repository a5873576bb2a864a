import { OVERLAYS, podOf, rendered } from './manifests.js';

describe.each(OVERLAYS)('the pods of %s', (overlay) => {
  const pod = podOf(overlay);
  const [container, ...others] = pod.containers;

  it('run one container, without root, on a file system nobody can write to, with no way to more rights', () => {
    expect(others).toEqual([]);
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
  });

  it('take the address of the database from a Secret, which is not among the manifests', () => {
    const database = container?.env.find(({ name }) => name === 'DATABASE_URL');
    expect(database).toEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: 'orders-database', key: 'url' } },
    });
    expect(rendered(overlay)).not.toMatch(/kind: Secret|postgres:\/\//);
  });

  it('tell the service the grace period that they have', () => {
    const gracePeriod = container?.env.find(({ name }) => name === 'SHUTDOWN_GRACE_PERIOD');
    expect(gracePeriod).toEqual({ name: 'SHUTDOWN_GRACE_PERIOD', value: `${pod.terminationGracePeriodSeconds}s` });
  });
});
