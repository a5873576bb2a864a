import { type Rule } from '../rule-kinds/rule.js';
import { namesakeOf } from '../manifest/kinship.js';

/** A Service without pods refuses everything that it is sent. */
export const serviceMatchesNoPod: Rule = {
  id: 'service-matches-no-pod',
  severity: 'error',
  summary: 'The selector of a Service misses the pods of the workload it is named after',
  *check({ cluster }) {
    for (const service of cluster.ofKind('Service')) {
      const selector = service.root.at('spec', 'selector');
      const isUsed = cluster.workloads.some(({ services }) => services.includes(service));
      const workload = namesakeOf(service, cluster.workloads);
      if (selector.texts.size === 0 || isUsed || workload === undefined) continue;
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

function listOf(labels: readonly (readonly [string, string])[]): string {
  return labels.length === 0 ? 'no labels' : labels.map(([key, value]) => `${key}=${value}`).join(', ');
}
