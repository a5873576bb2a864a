import { type Report, type Rule } from '../rule-kinds/rule.js';
import { isNearMiss } from '../manifest/near-miss.js';
import { type Resource } from '../manifest/resource.js';
import { type NamedBackend, namedBackendsOf, ROUTE_KINDS } from '../manifest/route.js';

/** What names a Service which is not there answers for it. */
export const ingressServiceUnknown: Rule = {
  id: 'ingress-service-unknown',
  severity: 'error',
  summary: 'An Ingress or a route names a Service that is one letter, or a namespace, away from one that is there',
  *check({ cluster }) {
    const services = cluster.ofKind('Service');
    const routes = ['Ingress', ...ROUTE_KINDS].flatMap((kind) => cluster.ofKind(kind));
    for (const route of routes) {
      for (const backend of namedBackendsOf(route)) {
        const report = reportOn(backend, route, services);
        if (report !== undefined) yield report;
      }
    }
  },
};

function reportOn({ at, namespace }: NamedBackend, about: Resource, services: readonly Resource[]): Report | undefined {
  const { text = '' } = at;
  const own = services.filter((service) => service.namespace === namespace);
  if (text === '' || own.some(({ name }) => name === text)) return undefined;
  const near = own.find(({ name }) => isNearMiss(name, text));
  const found = near ?? services.find(({ name }) => name === text);
  if (found === undefined) return undefined;
  const why = `${about.kind === 'Ingress' ? 'An Ingress' : `A ${about.kind}`} reaches Services of the namespace that it names, by default of its own. For one that is not there every request is answered with an error such as 503.`;
  if (near !== undefined) {
    return { at, about, message: `there is no Service ${text}, but ${near.name}`, why, remedy: `name: ${near.name}` };
  }
  const message = `Service ${text} is in the namespace ${spaceOf(found)}, and the ${about.kind} ${namespace === about.namespace ? 'in' : 'names'} ${namespace === about.namespace ? spaceOf(about) : namespace}`;
  return { at, about, message, why, remedy: remedyFor(found, about, namespace) };
}

function spaceOf({ namespace, root }: Resource): string {
  return root.at('metadata', 'namespace').exists ? namespace : `${namespace} (none is written)`;
}

/** What leaves its namespace to `kubectl apply` is rather meant to be where the other one is. */
function remedyFor(service: Resource, about: Resource, namespace: string): string {
  const isOpen = !service.root.at('metadata', 'namespace').exists;
  const [target, kind] = isOpen ? [namespace, `Service ${service.name}`] : [service.namespace, about.kind];
  return `metadata:\n  namespace: ${target}   # of the ${kind}`;
}
