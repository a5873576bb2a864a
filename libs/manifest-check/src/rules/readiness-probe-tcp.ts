import { byHttp, grpcPort } from '../manifest/fitting-probe.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { probeOf } from '../manifest/probe.js';

/** A socket that accepts says nothing of whether the service wants traffic. */
export const readinessProbeTcp = serviceRule({
  id: 'readiness-probe-tcp',
  severity: 'error',
  summary: 'The readiness probe asks the socket, which answers although the service is stopping',
  *check(workload) {
    const { main } = workload;
    const probe = probeOf(main, 'readinessProbe');
    if (probe.kind !== 'tcpSocket') return;
    const port = probe.field.at('tcpSocket', 'port').text ?? 'http';
    yield {
      at: probe.field.at('tcpSocket'),
      message: 'the readiness probe only opens a connection',
      why: 'The kernel accepts connections while the service starts, hangs or stops, so the pod keeps getting requests that it cannot answer.',
      remedy: grpcPort(main, port) ?? byHttp(workload, 'ready', port),
    };
  },
});
