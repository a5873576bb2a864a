import { expandVariables, type Field, type Workload } from 'nestjs-lifecycle-manifest-check';
import {
  type PortOptions,
  type ProbeOptions,
  type RehearsalOptions,
  type StatefulSetOptions,
} from 'nestjs-lifecycle-rollout';
import { kindNotes, updateOfRollout } from './argo-rollout.js';
import { downwardVariables } from './downward-variables.js';
import { podCountIn } from './pod-count.js';
import { secretVariables, unsetVariables } from './secret-variables.js';

/** What manifests say of how a service is run, as options of a rehearsal. */
export interface ManifestOptions {
  /** Without a command where that is in the image. */
  readonly options: Omit<RehearsalOptions, 'command'> & { readonly command?: readonly string[] };
  /** The `args` of a container whose command is in the image. */
  readonly args?: readonly string[];
  /** What of them cannot be played, in sentences. */
  readonly notes: readonly string[];
  /** Variables that come from a Secret, so that no file says their values. */
  readonly secrets: readonly string[];
}

/** Reads one workload, as the cluster would run it. */
export function manifestOptions(workload: Workload): ManifestOptions {
  const { main, pod, spec } = workload;
  const downward = downwardVariables(workload);
  const secret = secretVariables(workload);
  const env = { ...secret.env, ...variablesOf(workload), ...downward.env };
  const ports = portsOf(workload, env);
  const words = main.words.map(({ text = '' }) => expandVariables(text, (name) => env[name]));
  const hasCommand = main.field.at('command').items.length > 0;
  const isWorker = listensNowhere(workload);
  const unset = unsetVariables(workload, env);
  const options = {
    ...(hasCommand && { command: words }),
    ...(isWorker && { isWorker }),
    env,
    podFields: downward.podFields,
    ...(ports.length > 0 && { ports }),
    replicas: workload.replicas ?? 1,
    ...strategyOf(workload),
    ...seconds('minReady', spec.at('minReadySeconds')),
    ...seconds('progressDeadline', spec.at('progressDeadlineSeconds')),
    ...seconds('gracePeriod', pod.at('terminationGracePeriodSeconds')),
    ...preStopOf(main.field),
    readiness: probeOf(main.field.at('readinessProbe'), main.field),
    liveness: probeOf(main.field.at('livenessProbe'), main.field),
    startup: probeOf(main.field.at('startupProbe'), main.field),
  } satisfies ManifestOptions['options'];
  return {
    options,
    ...(!hasCommand && words.length > 0 && { args: words }),
    notes: [...notesOf(workload), ...downward.notes, ...secret.notes, ...unset, ...portNotes(workload, ports)],
    secrets: secret.missing,
  };
}

function variablesOf({ main }: Workload): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const [name, { text }] of main.variables) if (text !== undefined) variables[name] = text;
  return variables;
}

/** Ports that the service reads from a variable of the container; the one that Services point to carries the traffic. */
function portsOf(workload: Workload, env: Readonly<Record<string, string>>): PortOptions[] {
  const { main } = workload;
  const targets = workload.services.flatMap(({ root }) =>
    root.at('spec', 'ports').items.map((port) => port.at('targetPort').text ?? port.at('port').text),
  );
  return main.ports.flatMap(({ name, number }, index) => {
    if (number === undefined) return [];
    const isTraffic = targets.length === 0 ? index === 0 : targets.includes(String(number)) || targets.includes(name);
    const variable = Object.keys(env).find((key) => env[key] === String(number)) ?? (isTraffic ? 'PORT' : undefined);
    // The service cannot be given another one, so every pod would take the same.
    if (variable === undefined) return [];
    return [{ name: name ?? `port-${number}`, containerPort: number, variable, isTraffic }];
  });
}

/** Of ports that the service reads from no variable. */
function portNotes({ main }: Workload, played: readonly PortOptions[]): string[] {
  const numbers = main.ports.flatMap(({ number }) => (number === undefined ? [] : [number]));
  return numbers
    .filter((number) => played.every(({ containerPort }) => containerPort !== number))
    .map(
      (number) =>
        `Port ${number} is the same for all pods, for no variable says it. If the service listens there, each pod needs a network of its own, as with ` +
        `--pod-network own, or have it read { name: MANAGEMENT_PORT, value: '${number}' } from its env.`,
    );
}

function strategyOf(
  workload: Workload,
): Pick<RehearsalOptions, 'strategy' | 'maxSurge' | 'maxUnavailable' | 'statefulSet' | 'argoRollout'> {
  const strategy = workload.spec.at('strategy');
  if (workload.kind === 'StatefulSet') return { statefulSet: statefulSetOf(workload) };
  if (workload.kind === 'Rollout') return updateOfRollout(workload);
  if (strategy.at('type').text === 'Recreate') return { strategy: 'Recreate' };
  const maxSurge = podCountIn(strategy.at('rollingUpdate', 'maxSurge'));
  const maxUnavailable = podCountIn(strategy.at('rollingUpdate', 'maxUnavailable'));
  return { ...(maxSurge !== undefined && { maxSurge }), ...(maxUnavailable !== undefined && { maxUnavailable }) };
}

function statefulSetOf({ name, spec }: Workload): StatefulSetOptions {
  const rolling = spec.at('updateStrategy', 'rollingUpdate');
  const maxUnavailable = podCountIn(rolling.at('maxUnavailable'));
  return {
    name,
    ...(spec.at('podManagementPolicy').text === 'Parallel' && { podManagement: 'Parallel' }),
    ...number('partition', rolling.at('partition')),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}

function seconds<K extends string>(name: K, field: Field): Partial<Record<K, number>> {
  if (field.number === undefined) return {};
  const entry: Partial<Record<K, number>> = {};
  entry[name] = field.number * 1000;
  return entry;
}

function preStopOf(container: Field): Pick<RehearsalOptions, 'preStop'> {
  const field = container.at('lifecycle', 'preStop');
  const sleep = field.at('sleep', 'seconds').number;
  if (sleep !== undefined) return { preStop: sleep * 1000 };
  const words = field.at('exec', 'command').items.map(({ text = '' }) => text);
  if (words.length > 0) return { preStop: { exec: words } };
  const httpGet = field.at('httpGet', 'path').text;
  return httpGet === undefined ? {} : { preStop: { httpGet, ...portOf(field.at('httpGet', 'port'), container) } };
}

function probeOf(field: Field, container: Field): ProbeOptions | false {
  if (!field.exists) return false;
  return {
    ...actionOf(field, container),
    ...seconds('initialDelay', field.at('initialDelaySeconds')),
    ...seconds('period', field.at('periodSeconds')),
    ...seconds('timeout', field.at('timeoutSeconds')),
    ...number('successThreshold', field.at('successThreshold')),
    ...number('failureThreshold', field.at('failureThreshold')),
  };
}

function actionOf(field: Field, container: Field): ProbeOptions {
  const words = field.at('exec', 'command').items.map(({ text = '' }) => text);
  if (words.length > 0) return { exec: words };
  const tcp = field.at('tcpSocket');
  if (tcp.exists) return { tcp: true, ...portOf(tcp.at('port'), container) };
  const grpc = field.at('grpc');
  if (grpc.exists) {
    return { grpc: grpc.at('service').text ?? true, ...portOf(grpc.at('port'), container) };
  }
  const get = field.at('httpGet');
  const headers = get
    .at('httpHeaders')
    .items.map((header) => [header.at('name').text ?? '', header.at('value').text ?? '']);
  return {
    path: get.at('path').text ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    ...portOf(get.at('port'), container),
  };
}

/** By its number, or by the name it has among the container's ports. */
function portOf(port: Field, container: Field): Pick<ProbeOptions, 'port'> {
  const named = container.at('ports').items.find((other) => other.at('name').text === port.text);
  const found = port.number ?? named?.at('containerPort').number;
  return found === undefined ? {} : { port: found };
}

function number<K extends string>(name: K, field: Field): Partial<Record<K, number>> {
  const entry: Partial<Record<K, number>> = {};
  if (field.number !== undefined) entry[name] = field.number;
  return entry;
}

const PROBES = ['readinessProbe', 'livenessProbe', 'startupProbe'];

/** No port, no Service, and no probe that asks one. */
function listensNowhere({ main, services }: Workload): boolean {
  const probes = PROBES.map((probe) => main.field.at(probe));
  const isAsked = probes.some((probe) => ['httpGet', 'tcpSocket', 'grpc'].some((kind) => probe.at(kind).exists));
  return main.ports.length === 0 && services.length === 0 && !isAsked;
}

function* notesOf(workload: Workload): Iterable<string> {
  const { main, sidecars, containers, kind, name, pod, spec } = workload;
  const before = pod.at('initContainers').items.flatMap((field) => {
    const isSidecar = field.at('restartPolicy').text === 'Always';
    return isSidecar ? [] : [field.at('name').text ?? 'one without a name'];
  });
  if (before.length > 0) {
    yield `${kind} ${name}: its init containers (${before.join(', ')}) are not run: what they prepare has to be there.`;
  }
  const others = [...containers, ...sidecars]
    .filter((container) => container !== main)
    .map((container) => container.name);
  if (others.length > 0)
    yield `${kind} ${name}: only its container ${main.name} is played, without ${others.join(', ')}.`;
  yield* kindNotes(workload);
  if (kind === 'StatefulSet' && spec.at('updateStrategy', 'type').text === 'OnDelete') {
    yield `${kind} ${name} is updated only when its pods are deleted by hand (OnDelete): it is played as a rolling update, as if each was deleted in turn.`;
  }
}
