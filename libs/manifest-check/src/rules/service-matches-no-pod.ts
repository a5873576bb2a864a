import { type Resource } from '../manifest/resource.js';
import { type Workload } from '../manifest/workload.js';
import { type Report, type Rule } from '../rule-kinds/rule.js';
import { missedBy, namesakeOf } from '../manifest/kinship.js';

/** A Service without pods refuses everything that it is sent. */
export const serviceMatchesNoPod: Rule = {
  id: 'service-matches-no-pod',
  severity: 'error',
  summary: 'The selector of a Service misses the pods that it is meant for, by a letter or a namespace',
  *check({ cluster }) {
    for (const service of cluster.ofKind('Service')) {
      const selector = service.root.at('spec', 'selector');
      const isUsed = cluster.workloads.some(({ services }) => services.includes(service));
      if (selector.texts.size === 0 || isUsed) continue;
      const missed = missedBy(selector.texts, service, cluster.workloads);
      if (missed !== undefined && missed.namespace !== service.namespace) {
        yield elsewhere(service, missed);
        continue;
      }
      const workload = namesakeOf(service, cluster.workloads) ?? missed;
      if (workload === undefined) continue;
      const wrong = [...selector.texts].filter(([key, value]) => workload.labels.get(key) !== value);
      yield {
        at: selector,
        about: service,
        message: `the selector wants ${listOf(wrong)}, but the pods of ${workload.kind} ${workload.name} have ${listOf([...workload.labels])}`,
        why: 'A Service whose selector chooses no pod has no endpoints: every connection is refused.',
        remedy: `selector:\n${[...workload.labels].map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`).join('\n')}`,
      };
    }
  },
};

/** A Service chooses pods of its own namespace only. */
function elsewhere(service: Resource, { kind, name, namespace }: Workload): Report {
  const at = service.root.at('metadata', 'namespace');
  return {
    at: at.exists ? at : service.root.at('metadata', 'name'),
    about: service,
    message: `it is in the namespace ${service.namespace}${at.exists ? '' : ' (none is written)'}, but the pods that its selector is for, of ${kind} ${name}, are in ${namespace}`,
    why: 'A Service chooses pods of its own namespace only. One that chooses none has no endpoints: every connection is refused.',
    remedy: `metadata:\n  namespace: ${namespace}`,
  };
}

function listOf(labels: readonly (readonly [string, string])[]): string {
  return labels.length === 0 ? 'no labels' : labels.map(([key, value]) => `${key}=${value}`).join(', ');
}
