import { deployment, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'target-port-unknown';

function to(targetPort: string | number | null, parts = {}): string {
  return service({ ports: [{ port: 80, targetPort }], ...parts });
}

describe('target-port-unknown', () => {
  it.each([
    ['a name', [deployment(), to('http')]],
    ['a number', [deployment(), to(3000)]],
    ['the port itself', [deployment(), service({ ports: [{ port: 3000 }] })]],
    ['a headless Service', [deployment(), to(8080, { clusterIP: 'None' })]],
    ['a container that declares no ports', [deployment({ container: { ports: [] } }), to(8080)]],
    ['a port that the environment names', [deployment({ env: { PORT: '8080' } }), to(8080)]],
    ['a Service of other pods', [deployment(), to('grpc', { selector: { app: 'payments' } })]],
    [
      'a name that only some of its pods have',
      [
        deployment(),
        deployment({ metadata: { name: 'b' }, container: { ports: [{ name: 'metrics', containerPort: 9090 }] } }),
        to('metrics'),
      ],
    ],
    [
      'a port of a native sidecar',
      [
        deployment({
          pod: {
            initContainers: [
              { name: 'proxy', image: 'p:1', restartPolicy: 'Always', ports: [{ name: 'in', containerPort: 1 }] },
            ],
          },
        }),
        to('in'),
      ],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails a name that no container has', () => {
    expect(findingsOf(rule, [deployment(), to('web')])).toMatchObject([
      { severity: 'error', message: 'targetPort web is not among the ports of the pods: http = 3000' },
    ]);
    expect(messagesOf(rule, [deployment({ container: { ports: [] } }), to('web')])).toEqual([
      'targetPort web is not among the ports of the pods: they name none',
    ]);
  });

  it('fails a number that is not declared beside others that are, which is less certain', () => {
    expect(findingsOf(rule, [deployment(), to(8080)])).toMatchObject([
      { severity: 'warning', remedy: 'targetPort: http' },
    ]);
    expect(messagesOf(rule, [deployment(), service({ ports: [{ port: 80 }] })])).toEqual([
      'targetPort 80 (which is port, as targetPort is not written) is not among the ports of the pods: http = 3000',
    ]);
  });
});
