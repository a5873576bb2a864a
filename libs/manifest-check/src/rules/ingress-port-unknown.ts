import { type PartialReport, type Rule } from '../rule-kinds/rule.js';
import { type Resource } from '../manifest/resource.js';
import { type Field } from '../source/field.js';

/** An Ingress that asks a Service for a port it does not have answers for it. */
export const ingressPortUnknown: Rule = {
  id: 'ingress-port-unknown',
  severity: 'error',
  summary: 'An Ingress sends requests to a port that its Service does not have',
  *check({ cluster }) {
    for (const ingress of cluster.ofKind('Ingress')) {
      for (const backend of backendsOf(ingress)) {
        // Several of one name are one, for several environments.
        const services = cluster.ofKind('Service').filter((service) => isMeant(service, backend, ingress));
        const report = reportOn(backend, services);
        if (report !== undefined) yield { about: ingress, ...report };
      }
    }
  },
};

function isMeant({ name, namespace }: Resource, backend: Field, ingress: Resource): boolean {
  return name === backend.at('name').text && namespace === ingress.namespace;
}

function reportOn(backend: Field, services: readonly Resource[]): PartialReport | undefined {
  const at = portOf(backend);
  const [service] = services;
  if (service === undefined || at === undefined || services.some((one) => hasPort(one, at))) return undefined;
  const ports = service.root.at('spec', 'ports').items;
  const names = ports.map((port) => [port.at('name').text, port.at('port').text].filter(Boolean).join(' = '));
  return {
    at,
    message: `Service ${service.name} has no port ${at.text ?? ''}, but ${names.join(', ') || 'none'}`,
    why: 'The ingress controller finds no endpoints for such a backend, and answers every request with 503.',
    remedy: `port:\n  number: ${ports[0]?.at('port').text ?? 80}`,
  };
}

function backendsOf({ root }: Resource): readonly Field[] {
  const spec = root.at('spec');
  const paths = spec.at('rules').items.flatMap((rule) => rule.at('http', 'paths').items);
  const backends = [spec.at('defaultBackend'), ...paths.map((path) => path.at('backend'))];
  return backends.map((backend) => backend.at('service'));
}

/** `use-annotation` is how the AWS controller marks backends that are no Services. */
function portOf(backend: Field): Field | undefined {
  const [number, name] = [backend.at('port', 'number'), backend.at('port', 'name')];
  const at = name.exists ? name : number;
  return at.text === undefined || at.text === 'use-annotation' ? undefined : at;
}

/** A Service that stands for a name elsewhere need not list its ports. */
function hasPort({ root }: Resource, { text, keys }: Field): boolean {
  const spec = root.at('spec');
  const key = keys.at(-1) === 'name' ? 'name' : 'port';
  return spec.at('type').text === 'ExternalName' || spec.at('ports').items.some((port) => port.at(key).text === text);
}
