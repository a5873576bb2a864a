import { type Rule } from '../rule-kinds/rule.js';
import { isNearMiss } from '../manifest/near-miss.js';
import { backendNamesOf } from '../manifest/route.js';

/** An Ingress that names a Service which is not there answers for it. */
export const ingressServiceUnknown: Rule = {
  id: 'ingress-service-unknown',
  severity: 'error',
  summary: 'An Ingress names a Service that is one letter, or a namespace, away from one that is there',
  *check({ cluster }) {
    const services = cluster.ofKind('Service');
    for (const ingress of cluster.ofKind('Ingress')) {
      const own = services.filter(({ namespace }) => namespace === ingress.namespace);
      for (const at of backendNamesOf(ingress)) {
        const { text = '' } = at;
        if (text === '' || own.some(({ name }) => name === text)) continue;
        const near = own.find(({ name }) => isNearMiss(name, text));
        const away = services.find(({ name }) => name === text);
        const found = near ?? away;
        if (found === undefined) continue;
        yield {
          at,
          about: ingress,
          message:
            near === undefined
              ? `Service ${text} is in the namespace ${found.namespace}, and the Ingress in ${ingress.namespace}`
              : `there is no Service ${text}, but ${near.name}`,
          why: 'An Ingress reaches Services of its own namespace only. For one that is not there the controller answers every request with 503.',
          remedy:
            near === undefined ? `metadata:\n  namespace: ${found.namespace}   # of the Ingress` : `name: ${near.name}`,
        };
      }
    }
  },
};
