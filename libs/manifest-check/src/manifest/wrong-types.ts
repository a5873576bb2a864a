import { replaceValue, type TextEdit } from '../edits/text-edit.js';
import { parseEnvironmentDuration } from 'nestjs-lifecycle/options';
import { type Field } from '../source/field.js';
import { isFilledInLater } from './filled-in-later.js';
import { PROBE_KINDS, type ProbeName } from './probe.js';
import { type Resource } from './resource.js';
import { splitWords } from 'nestjs-lifecycle-shared';
import { wholeNumber } from './whole-number.js';
import { isCustomWorkload, isWorkload } from './workload.js';

/** A value that is refused where it stands. */
export interface WrongType {
  readonly at: Field;
  /** What stands there: `"20"`. */
  readonly found: string;
  /** What has to: `a whole number, 0 or more`. */
  readonly wanted: string;
  /** What to type. */
  readonly remedy: string;
  /** The edits that do it, where they change nothing else. */
  readonly fix?: readonly TextEdit[] | undefined;
}

/** Every value of a workload or an autoscaler that the rules would reckon with, and that Kubernetes does not take. */
export function wrongTypesOf(resource: Resource): readonly WrongType[] {
  const spec = resource.root.at('spec');
  if (resource.kind === 'HorizontalPodAutoscaler') return numbers(spec, { minReplicas: 2 });
  if (resource.kind === 'ScaledObject') return numbers(spec, { minReplicaCount: 2 });
  // What others define they may read as they like.
  if (!isWorkload(resource) || (isCustomWorkload(resource) && resource.kind !== 'Rollout')) return [];
  const pod = resource.kind === 'Pod' ? spec : spec.at('template', 'spec');
  return [
    ...numbers(spec, { replicas: 2, minReadySeconds: 0, progressDeadlineSeconds: 600 }),
    ...numbers(pod, { terminationGracePeriodSeconds: 30 }),
    ...['initContainers', 'containers'].flatMap((key) => wrongInContainers(pod.at(key))),
  ];
}

/** What stands at a field, in few words. */
export function valueInWords({ value }: Field): string {
  if (value === undefined) return 'nothing';
  if (value.kind === 'scalar') return typeof value.content === 'string' ? JSON.stringify(value.text) : value.text;
  const isEmpty = value.kind === 'list' ? value.items.length === 0 : value.entries.size === 0;
  return isEmpty ? 'empty' : kindInWords({ value });
}

function kindInWords({ value }: Pick<Field, 'value'>): string {
  if (value?.kind !== 'scalar') return `a ${value?.kind ?? 'missing value'}`;
  if (typeof value.content === 'number') return 'a number';
  return typeof value.content === 'boolean' ? value.text : 'a text';
}

function wrong(type: Omit<WrongType, 'found'> & { readonly found?: string }): readonly WrongType[] {
  return isFilledInLater(type.at) ? [] : [{ found: valueInWords(type.at), ...type }];
}

/** Each of these fields has to be a whole number; with what to type where what is meant cannot be told. */
function numbers(around: Field, fallbacks: Readonly<Record<string, number>>): readonly WrongType[] {
  return Object.entries(fallbacks).flatMap(([key, fallback]) => {
    const at = around.at(key);
    if (isOctal(at)) return [octal(at, key)];
    if (wholeNumber(at, fallback) !== undefined) return [];
    // `"20"`, and `30s` for a number of seconds.
    const meantMs = parseEnvironmentDuration(at.text ?? '');
    return wrong({
      at,
      wanted: NUMBER,
      remedy: `${key}: ${meantMs === undefined ? fallback : Math.ceil(meantMs / 1000)}`,
    });
  });
}

/** `010` is 8 to Kubernetes; a digit alone is the same either way. */
function isOctal({ text = '', number }: Field): boolean {
  return number !== undefined && /^0\d+$/.test(text) && Number(text) !== number;
}

function octal(at: Field, key: string): WrongType {
  return {
    at,
    found: `${at.text ?? ''}, which Kubernetes reads as ${at.number ?? ''} (octal)`,
    wanted: 'a number without a zero in front',
    remedy: `${key}: ${Number(at.text)}`,
  };
}

const NUMBER = 'a whole number, 0 or more, without quotes or a unit';

function wrongInContainers(list: Field): readonly WrongType[] {
  const remedy = `${list.keys.at(-1) ?? ''}:\n  - name: ${list.entries[0]?.[0] ?? 'orders'}\n    image: …`;
  return [...lists(list, remedy), ...list.items.flatMap(wrongInContainer)];
}

function wrongInContainer(container: Field): readonly WrongType[] {
  const words = (key: string): readonly WrongType[] => {
    const at = container.at(key);
    return at.value?.kind === 'list' ? [] : lists(at, `${key}: ${JSON.stringify(splitWords(at.text ?? '…'))}`, 'texts');
  };
  return [
    ...words('command'),
    ...words('args'),
    ...lists(container.at('ports'), 'ports:\n  - containerPort: 3000'),
    ...container.at('ports').items.flatMap((port) => numbers(port, { containerPort: 3000 })),
    ...lists(container.at('envFrom'), 'envFrom:\n  - configMapRef: { name: … }'),
    ...wrongInEnvironment(container.at('env')),
    ...numbers(container.at('lifecycle', 'preStop', 'sleep'), { seconds: 5 }),
    ...PROBES.flatMap(([name, path]) => wrongInProbe(container, name, path)),
  ];
}

/** Of the items only that they are mappings is asked. */
function lists(at: Field, remedy: string, of: 'mappings' | 'texts' = 'mappings'): readonly WrongType[] {
  if (!at.exists) return [];
  if (at.value?.kind !== 'list') return wrong({ at, wanted: `a list of ${of}, each after a dash`, remedy });
  const others = at.items.filter(({ value }) => value?.kind !== 'mapping');
  return others.flatMap((item) => wrong({ at: item, found: kindInWords(item), wanted: 'a mapping', remedy }));
}

function wrongInEnvironment(env: Field): readonly WrongType[] {
  const [name = 'SHUTDOWN_GRACE_PERIOD', field = env] = env.entries[0] ?? [];
  const remedy = `env:\n  - name: ${name}\n    value: ${quoted(field, name)}`;
  return [
    ...lists(env, remedy),
    ...env.items.flatMap((item) => {
      const at = item.at('value');
      const isText = at.value?.kind === 'scalar' && typeof at.value.content === 'string';
      if (!at.exists || isText) return [];
      const own = item.at('name').text ?? '';
      const found = isOurs(own) ? valueInWords(at) : kindInWords(at);
      return wrong({ at, found, wanted: 'a text, in quotes', remedy: `value: ${quoted(at, own)}`, fix: inQuotes(at) });
    }),
  ];
}

/** Whether what a variable says can be shown. */
function isOurs(variable: string): boolean {
  return variable.startsWith('SHUTDOWN_');
}

const SECRET = /pass|pwd|secret|token|key|cred|auth|salt|pin\b|private|cert/i;

function quoted({ text }: Field, variable: string): string {
  if (text === undefined) return '"30s"';
  return isOurs(variable) || !SECRET.test(variable)
    ? JSON.stringify(text)
    : `"0"   # what stands there, in quotes: it may be secret, so it is not shown here`;
}

function inQuotes(at: Field): WrongType['fix'] {
  const { value, text } = at;
  return value?.kind === 'scalar' && text !== undefined ? replaceValue(at, text) : [];
}

const PROBES: readonly (readonly [name: ProbeName, path: string])[] = [
  ['readinessProbe', '/health/ready'],
  ['livenessProbe', '/health/live'],
  ['startupProbe', '/health/startup'],
];

const PROBE_NUMBERS = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 2,
  failureThreshold: 3,
  terminationGracePeriodSeconds: 30,
};

/** Without an image it is a part of a container, for another file to complete. */
function wrongInProbe(container: Field, name: ProbeName, path: string): readonly WrongType[] {
  const at = container.at(name);
  if (!at.exists) return [];
  const isAsking = PROBE_KINDS.some((kind) => at.at(kind).exists);
  const isPart = at.value?.kind === 'mapping' && !container.at('image').exists;
  if (isAsking || isPart) {
    return numbers(at, PROBE_NUMBERS);
  }
  const wanted = `a mapping with one of ${PROBE_KINDS.join(', ')}`;
  return wrong({ at, wanted, remedy: `${name}:\n  httpGet: { path: ${path}, port: http }` });
}
