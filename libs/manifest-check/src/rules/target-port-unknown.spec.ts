import { deployment, fileNamed, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'target-port-unknown';

function to(targetPort: string | number | null, parts = {}): string {
  return service({ ports: [{ port: 80, targetPort }], ...parts });
}

function bothPorts() {
  return {
    ports: [
      { name: 'http', containerPort: 3000 },
      { name: 'metrics', containerPort: 9090 },
    ],
  };
}

describe('target-port-unknown', () => {
  it.each([
    ['a name', [deployment(), to('http')]],
    ['a number', [deployment(), to(3000)]],
    ['the port itself', [deployment(), service({ ports: [{ port: 3000 }] })]],
    ['a headless Service', [deployment(), to(8080, { clusterIP: 'None' })]],
    ['a container that declares no ports', [deployment({ container: { ports: [] } }), to(8080)]],
    ['a port that the environment names', [deployment({ env: { PORT: '8080' } }), to(8080)]],
    ['a port that an address to listen at names', [deployment({ env: { ORDERS_URL: '0.0.0.0:8080' } }), to(8080)]],
    ['the same with a scheme', [deployment({ env: { GRPC_ADDRESS: 'grpc://[::]:8080' } }), to(8080)]],
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
      {
        severity: 'warning',
        remedy: expect.stringMatching(
          /^targetPort: http\n# or, where the container listens on 8080, declare it/,
        ) as unknown,
      },
    ]);
    expect(messagesOf(rule, [deployment(), service({ ports: [{ port: 80 }] })])).toEqual([
      'targetPort 80 (which is port, as targetPort is not written) is not among the ports of the pods: http = 3000',
    ]);
  });

  describe('with a PORT that no containerPort is', () => {
    const elsewhere = deployment({ env: { PORT: '4000' } });

    it.each([
      ['a name', to('http')],
      ['a number', to(3000)],
    ])('fails ports that a Service sends to by %s', (_what, sender) => {
      expect(findingsOf(rule, [elsewhere, sender])).toMatchObject([
        {
          severity: 'warning',
          message: 'PORT is 4000, which no containerPort is, but Service orders sends to http = 3000',
          remedy: expect.stringContaining("- name: PORT\n    value: '3000'\n") as string,
        },
      ]);
    });

    it.each([
      ['a port that is declared', deployment({ env: { PORT: '3000' } })],
      ['no number', deployment({ env: { PORT: '/run/orders.sock' } })],
      ['another port beside it', deployment({ env: { PORT: '9090' }, container: bothPorts() })],
      [
        'what no file says',
        deployment({ container: { env: [{ name: 'PORT', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] } }),
      ],
      ['a container that declares none', deployment({ env: { PORT: '3000' }, container: { ports: [] } })],
      [
        'a container of something else',
        deployment({ env: { PORT: '4000' }, container: { image: 'redis:7', command: [] } }),
      ],
    ])('passes %s', (_what, text) => {
      expect(messagesOf(rule, [text, to(3000)])).toEqual([]);
    });

    it('passes a Service of other ports', () => {
      const container = { ports: [{ name: 'metrics', containerPort: 9090 }] };
      expect(messagesOf(rule, [deployment({ env: { PORT: '4000' }, container }), to('metrics')])).toEqual([]);
      expect(messagesOf(rule, [elsewhere])).toEqual([]);
      expect(messagesOf(rule, [elsewhere, to('http', { clusterIP: 'None' })])).toEqual([]);
    });
  });
});

it('passes a port that the Dockerfile of the image exposes', () => {
  const text = deployment({ container: { image: 'acme/orders', command: [] } });
  const front = service({ ports: [{ port: 80, targetPort: 5173 }] });
  const dockerfile = (port: number): string =>
    fileNamed('orders/Dockerfile', 'FROM node:24', `EXPOSE ${port}/tcp`, 'CMD ["node", "main.js"]');
  expect(messagesOf(rule, [text, front, dockerfile(5173)])).toEqual([]);
  expect(messagesOf(rule, [text, front, dockerfile(3000)])).toHaveLength(1);
});
