import { workloadRule } from '../rule-kinds/rule.js';
import { probeOf, type ProbeName } from '../manifest/probe.js';

const PROBES: readonly ProbeName[] = ['startupProbe', 'readinessProbe', 'livenessProbe'];

/** The kubelet looks names of ports up in the container of the probe. */
export const probePortUnknown = workloadRule({
  id: 'probe-port-unknown',
  severity: 'error',
  summary: 'A probe names a port that its container does not have',
  *check({ containers, sidecars }) {
    for (const container of [...containers, ...sidecars]) {
      for (const probe of PROBES) {
        const { field, kind } = probeOf(container, probe);
        const at = field.at(kind, 'port');
        const isName = at.text !== undefined && !/^\d+$/.test(at.text);
        if (!isName || container.ports.some(({ name }) => name === at.text)) continue;
        const names = container.ports.flatMap(({ name }) => name ?? []);
        yield {
          at,
          message: `${probe} asks port ${at.text}, but the ports of ${container.name} are called ${names.join(', ') || 'nothing'}`,
          why: 'A port that the kubelet cannot look up makes the probe fail: pods never become ready, or are restarted for ever.',
          remedy: `port: ${names[0] ?? container.ports[0]?.number ?? 3000}`,
        };
      }
    }
  },
});
