/** Paths of what is read and changed. */
export const paths = {
  deployments: (namespace: string) => `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments`,
  deployment: (namespace: string, name: string) => `${paths.deployments(namespace)}/${encodeURIComponent(name)}`,
  pods: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`,
  podLog: (namespace: string, name: string) => `${paths.pods(namespace)}/${encodeURIComponent(name)}/log`,
  events: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`,
  services: (namespace: string) => `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`,
  budgets: (namespace: string) => `/apis/policy/v1/namespaces/${encodeURIComponent(namespace)}/poddisruptionbudgets`,
  namespaces: '/api/v1/namespaces',
  namespace: (name: string) => `${paths.namespaces}/${encodeURIComponent(name)}`,
  nodes: '/api/v1/nodes',
  node: (name: string) => `${paths.nodes}/${encodeURIComponent(name)}`,
  endpointSlices: (namespace: string) =>
    `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`,
} as const;

/** A selector of labels as a query has it: `app=orders,tier in (web)`. */
export function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
