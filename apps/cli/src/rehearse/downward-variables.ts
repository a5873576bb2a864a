import { type Field, type Workload } from 'nestjs-lifecycle-manifest-check';
import { type PodField } from 'nestjs-lifecycle-rollout';

/** Variables that a container gets from its own pod: the downward API. */
export interface DownwardVariables {
  /** The same in every pod. */
  readonly env: Readonly<Record<string, string>>;
  /** Another one in every pod. */
  readonly podFields: Readonly<Record<string, PodField>>;
  /** What is missing, in sentences. */
  readonly notes: readonly string[];
}

/** Reads `fieldRef` and `resourceFieldRef`; what stands in no file is made up, and what cannot be is said. */
export function downwardVariables(workload: Workload): DownwardVariables {
  const env: Record<string, string> = {};
  const podFields: Record<string, PodField> = {};
  const notes: string[] = [];
  for (const entry of workload.main.field.at('env').items) {
    const name = entry.at('name').text ?? '';
    const source = sourceOf(entry);
    if (source === undefined) continue;
    const value = source.path === undefined ? amountOf(source.resource, workload) : fieldOf(source.path, workload);
    if (isPodField(source.path)) podFields[name] = source.path;
    else if (value !== undefined) env[name] = value;
    else notes.push(`${name} is not set: no file says ${source.said}.`);
  }
  return { env, podFields, notes };
}

interface DownwardSource {
  readonly path: string | undefined;
  readonly resource: Field;
  /** As written in the manifest. */
  readonly said: string;
}

function sourceOf(entry: Field): DownwardSource | undefined {
  const path = entry.at('valueFrom', 'fieldRef', 'fieldPath').text;
  const resource = entry.at('valueFrom', 'resourceFieldRef');
  if (path === undefined && !resource.exists) return undefined;
  return { path, resource, said: path ?? resource.at('resource').text ?? 'its resource' };
}

function isPodField(path: string | undefined): path is PodField {
  return path === 'metadata.name' || path === 'metadata.uid';
}

/** Values of a machine that is no cluster. */
const MADE_UP: Readonly<Record<string, string>> = {
  'spec.nodeName': 'rehearsal',
  'status.podIP': '127.0.0.1',
  'status.podIPs': '127.0.0.1',
  'status.hostIP': '127.0.0.1',
  'status.hostIPs': '127.0.0.1',
};

function fieldOf(path: string, { root, pod, podTemplate }: Workload): string | undefined {
  if (path === 'metadata.namespace') return root.at('metadata', 'namespace').text ?? 'default';
  if (path === 'spec.serviceAccountName') return pod.at('serviceAccountName').text ?? 'default';
  const [, group, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (group === undefined || key === undefined) return MADE_UP[path];
  return podTemplate.at('metadata', group, key).text;
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
};

/** Rounded up to whole divisors, as the kubelet does; the default is 1. */
function amountOf(reference: Field, { main, containers }: Workload): string | undefined {
  const wanted = reference.at('containerName').text ?? main.name;
  const [group, kind] = reference.at('resource').text?.split('.') ?? [];
  const container = containers.find(({ name }) => name === wanted);
  if (container === undefined || group === undefined || kind === undefined) return undefined;
  const amount = quantityOf(container.field.at('resources', group, kind).text);
  const divisor = quantityOf(reference.at('divisor').text ?? '1');
  // Otherwise 700m divided by 1m is a little more than 700.
  return amount && divisor ? String(Math.ceil(Number((amount / divisor).toFixed(6)))) : undefined;
}

function quantityOf(text = ''): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
