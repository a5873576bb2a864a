import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'readiness-probe-tcp';

describe('readiness-probe-tcp', () => {
  it('passes what asks the service, and liveness over TCP', () => {
    const grpc = { readinessProbe: { grpc: { port: 3000 } }, livenessProbe: { tcpSocket: { port: 3000 } } };
    expect(messagesOf(rule, [deployment(), deployment({ container: grpc })])).toEqual([]);
    expect(messagesOf(rule, [deployment({ container: { readinessProbe: null } })])).toEqual([]);
  });

  it('fails a socket, and keeps its port in the remedy', () => {
    const container = { readinessProbe: { tcpSocket: { port: 8443 } } };
    expect(findingsOf(rule, [deployment({ container })])).toMatchObject([
      {
        message: 'the readiness probe only opens a connection',
        remedy: 'httpGet: { path: /health/ready, port: 8443 }   # the path is a guess: that of health: true',
      },
    ]);
  });
});
