/** A Service as its clients know it. */
export interface NamedService {
  readonly name: string;
  readonly namespace: string;
}

const CLUSTER_DOMAIN = 'cluster.local';

/** Names that Kubernetes' DNS gives a Service for a pod in that namespace, the shortest first. */
export function namesOf({ name, namespace }: NamedService, from: string): readonly string[] {
  const long = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`];
  return namespace === from ? [name, ...long] : long;
}

/** What Kubernetes tells a container of the Services of its namespace. */
export interface ServiceAddress extends NamedService {
  readonly ports: readonly { readonly name: string | undefined; readonly port: number }[];
}

/**
 * The variables by which a container finds a Service: `ORDERS_SERVICE_HOST`, `ORDERS_SERVICE_PORT`, and `ORDERS_SERVICE_PORT_HTTP` for a
 * port with a name. The first port is the one without a name.
 */
export function variablesOf({ name, ports }: ServiceAddress, host: string): Readonly<Record<string, string>> {
  const prefix = upperCase(name);
  const [first] = ports;
  if (first === undefined) return {};
  const named = ports.flatMap(({ name: portName, port }) =>
    portName === undefined ? [] : [[`${prefix}_SERVICE_PORT_${upperCase(portName)}`, String(port)] as const],
  );
  return {
    [`${prefix}_SERVICE_HOST`]: host,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
    ...Object.fromEntries(named),
    [`${prefix}_PORT`]: `tcp://${host}:${first.port}`,
  };
}

function upperCase(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
