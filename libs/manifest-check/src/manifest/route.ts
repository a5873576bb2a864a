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

/** Where an Ingress or a route names a Service, and in which namespace it means it. */
export interface NamedBackend {
  readonly at: Field;
  readonly namespace: string;
}

/** Where Services are named: other kinds of backends, and names of hosts, are not among them. */
export function namedBackendsOf(route: Resource): readonly NamedBackend[] {
  const { kind, namespace, root } = route;
  if (kind === 'VirtualService') return [];
  const named =
    kind === 'Ingress'
      ? ofIngress(root.at('spec')).map((at) => ({ at, namespace }))
      : referencesOf(route)
          .filter((reference) => (reference.at('kind').text ?? 'Service') === 'Service')
          .map((reference) => ({
            at: reference.at('name'),
            namespace: reference.at('namespace').text ?? namespace,
          }));
  // `api@internal` is Traefik's own.
  return named.filter(({ at }) => at.text !== undefined && !at.text.includes('@'));
}

function backendsOf(route: Resource): readonly Field[] {
  const spec = route.root.at('spec');
  switch (route.kind) {
    case 'VirtualService':
      return ['http', 'tcp', 'tls']
        .flatMap((key) => spec.at(key).items)
        .flatMap((rule) => rule.at('route').items.map((target) => target.at('destination', 'host')));
    case 'Ingress':
      return ofIngress(spec);
    default:
      return referencesOf(route).map((reference) => reference.at('name'));
  }
}

/** What has the name of a Service in it, and what may tell its kind and its namespace. */
function referencesOf({ kind, apiVersion, root }: Resource): readonly Field[] {
  const spec = root.at('spec');
  switch (kind) {
    case 'IngressRoute':
    case 'IngressRouteTCP':
    case 'HTTPProxy':
      return [...spec.at('routes').items, spec.at('tcpproxy')].flatMap((route) => route.at('services').items);
    case 'Route':
      return apiVersion.startsWith('route.openshift.io/') ? [spec.at('to'), ...spec.at('alternateBackends').items] : [];
    case 'TargetGroupBinding':
      return [spec.at('serviceRef')];
    default:
      return spec.at('rules').items.flatMap((rule) => rule.at('backendRefs').items);
  }
}

function ofIngress(spec: Field): readonly Field[] {
  const paths = spec.at('rules').items.flatMap((rule) => rule.at('http', 'paths').items);
  const backends = [...paths.map((path) => path.at('backend')), spec.at('defaultBackend'), spec.at('backend')];
  return backends.flatMap((backend) => [backend.at('service', 'name'), backend.at('serviceName')]);
}
