import { type Field } from '../source/field.js';
import { type Resource } from './resource.js';

/** What leads requests to Services besides an Ingress. */
export const ROUTE_KINDS = [
  'HTTPRoute',
  'GRPCRoute',
  'TCPRoute',
  'TLSRoute',
  'VirtualService',
  'IngressRoute',
  'IngressRouteTCP',
  'HTTPProxy',
  'Route',
  'TargetGroupBinding',
] as const;

/** Whether an Ingress or a route sends requests to one of the Services. */
export function mentions(route: Resource, services: readonly Resource[]): boolean {
  const names = new Set(backendsOf(route).flatMap(({ text }) => text ?? []));
  if (route.kind !== 'VirtualService') return services.some(({ name }) => names.has(name));
  return [...names].some((host) => services.some((service) => isHostOf(host, service, route)));
}

/** `orders`, `orders.shop` and `orders.shop.svc.cluster.local`. */
function isHostOf(host: string, { name, namespace }: Resource, route: Resource): boolean {
  const [first, space = route.namespace, ...others] = host.split('.');
  return first === name && space === namespace && (others.length === 0 || others[0] === 'svc');
}

/** Where an Ingress names Services. */
export function backendNamesOf(ingress: Resource): readonly Field[] {
  return ofIngress(ingress.root.at('spec')).filter(({ exists }) => exists);
}

function backendsOf({ kind, apiVersion, root }: Resource): readonly Field[] {
  const spec = root.at('spec');
  switch (kind) {
    case 'VirtualService':
      return ['http', 'tcp', 'tls']
        .flatMap((key) => spec.at(key).items)
        .flatMap((rule) => rule.at('route').items.map((target) => target.at('destination', 'host')));
    case 'IngressRoute':
    case 'IngressRouteTCP':
    case 'HTTPProxy':
      return [...spec.at('routes').items, spec.at('tcpproxy')].flatMap((route) => namesIn(route.at('services')));
    case 'Route':
      return apiVersion.startsWith('route.openshift.io/')
        ? [spec.at('to', 'name'), ...namesIn(spec.at('alternateBackends'))]
        : [];
    case 'TargetGroupBinding':
      return [spec.at('serviceRef', 'name')];
    case 'Ingress':
      return ofIngress(spec);
    default:
      return spec.at('rules').items.flatMap((rule) => namesIn(rule.at('backendRefs')));
  }
}

function namesIn(list: Field): readonly Field[] {
  return list.items.map((item) => item.at('name'));
}

function ofIngress(spec: Field): readonly Field[] {
  const paths = spec.at('rules').items.flatMap((rule) => rule.at('http', 'paths').items);
  const backends = [...paths.map((path) => path.at('backend')), spec.at('defaultBackend'), spec.at('backend')];
  return backends.flatMap((backend) => [backend.at('service', 'name'), backend.at('serviceName')]);
}
