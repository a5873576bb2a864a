import { type Workload } from 'nestjs-lifecycle-manifest-check';
import { type ServiceOptions, type WorkloadOptions } from 'nestjs-lifecycle-rollout';
import { manifestOptions } from './manifest-options.js';
import { pathsOf } from './requests-by-path.js';

/** What the manifests say of one of several workloads. */
export interface WorkloadEntry {
  readonly name: string;
  /** Without a command where that is in the image. */
  readonly options: Omit<WorkloadOptions, 'command'> & Partial<Pick<WorkloadOptions, 'command'>>;
  /** Whether something outside leads to it: an Ingress, a route, or a Service with a balancer of its own. */
  readonly isExposed: boolean;
  /** The beginnings of the paths by which it is reached. */
  readonly paths: readonly string[];
  readonly notes: readonly string[];
  readonly secrets: readonly string[];
}

/** Reads one of several workloads, as the cluster would run it, with the Services that the others call it by. */
export function workloadEntry(workload: Workload): WorkloadEntry {
  const { name, namespace, ingresses, routes, services } = workload;
  const { options, notes, secrets } = manifestOptions(workload);
  const { isWorker = false } = options;
  const played = isWorker ? [] : (options.ports ?? [{ containerPort: 3000, name: 'http' }]);
  const read = services.map((service) => serviceOf(service, played));
  const isPublic = services.some(({ root }) =>
    ['LoadBalancer', 'NodePort'].includes(root.at('spec', 'type').text ?? ''),
  );
  return {
    name,
    options: {
      ...options,
      namespace,
      services: read.map(({ service }) => service).filter(({ ports }) => ports.length > 0),
      ...budgetOf(workload),
    },
    paths: pathsOf(workload),
    isExposed: ingresses.length > 0 || routes.length > 0 || isPublic,
    notes: [...notes, ...read.flatMap((one) => one.notes)],
    secrets,
  };
}

/** The first that counts its pods. */
function budgetOf({ disruptionBudgets: [budget] }: Workload): Pick<WorkloadOptions, 'budget'> {
  const spec = budget?.root.at('spec');
  const value = (field: 'minAvailable' | 'maxUnavailable'): number | string | undefined =>
    spec?.at(field).number ?? spec?.at(field).text;
  const minAvailable = value('minAvailable');
  if (minAvailable !== undefined) return { budget: { minAvailable } };
  const maxUnavailable = value('maxUnavailable');
  return maxUnavailable === undefined ? {} : { budget: { maxUnavailable } };
}

function serviceOf(
  { name, root }: Workload['services'][number],
  played: readonly { readonly containerPort: number; readonly name?: string }[],
): { readonly service: ServiceOptions; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const ports = root.at('spec', 'ports').items.flatMap((field) => {
    const port = field.at('port').number;
    if (port === undefined) return [];
    const target = field.at('targetPort').number ?? field.at('targetPort').text ?? port;
    if (!played.some((one) => one.containerPort === target || one.name === target)) {
      notes.push(
        `Service ${name}: its port ${port} leads to ${target}, which is not played, so a call to it finds nothing.`,
      );
      return [];
    }
    const portName = field.at('name').text;
    return [{ port, targetPort: target, ...(portName !== undefined && { name: portName }) }];
  });
  if (root.at('spec', 'clusterIP').text === 'None') {
    notes.push(`Service ${name} is headless: its name is played as one address, and not as those of its pods.`);
  }
  return { service: { name, ports }, notes };
}
