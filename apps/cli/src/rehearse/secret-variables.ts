import { type Field, type Workload } from 'nestjs-lifecycle-manifest-check';

/** Variables that a container gets from Secrets. */
export interface SecretVariables {
  /** Those that a file says. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of those that no file says, and that the container cannot start without. */
  readonly missing: readonly string[];
  /** What is not known, in sentences. */
  readonly notes: readonly string[];
}

/** Reads `envFrom.secretRef` and `secretKeyRef`; the later one wins. */
export function secretVariables(workload: Workload): SecretVariables {
  const sources = workload.main.field.at('envFrom').items.map((source) => broughtBy(source, workload));
  const keys = workload.main.field.at('env').items.map((entry) => keyOf(entry, workload));
  const all = [...sources, ...keys];
  return {
    env: Object.fromEntries(all.flatMap(({ known }) => known)),
    missing: keys.flatMap(({ unknown }) => unknown),
    notes: sources.flatMap(({ unknown }) => unknown.map((name) => unknownSource('Secret', name))),
  };
}

/** Variables with their values, and the name of what is in no file and has to be. */
interface Brought {
  readonly known: readonly (readonly [name: string, text: string])[];
  readonly unknown: readonly string[];
}

const NOTHING: Brought = { known: [], unknown: [] };

/** All of a Secret. */
function broughtBy(source: Field, workload: Workload): Brought {
  const reference = source.at('secretRef');
  if (!reference.exists) return NOTHING;
  const name = reference.at('name').text ?? '';
  const data = dataOf(workload, name);
  if (data === undefined) return { known: [], unknown: isOptional(reference) ? [] : [name] };
  const prefix = source.at('prefix').text ?? '';
  return { known: [...data].map(([key, text]) => [`${prefix}${key}`, text] as const), unknown: [] };
}

/** One key of a Secret. */
function keyOf(entry: Field, workload: Workload): Brought {
  const reference = entry.at('valueFrom', 'secretKeyRef');
  const name = entry.at('name').text;
  if (!reference.exists || name === undefined) return NOTHING;
  const text = dataOf(workload, reference.at('name').text ?? '')?.get(reference.at('key').text ?? '');
  if (text !== undefined) return { known: [[name, text]], unknown: [] };
  return { known: [], unknown: isOptional(reference) ? [] : [name] };
}

/** What comes from ConfigMaps that are in no file, in sentences. */
export function unsetVariables({ main, configMaps }: Workload, env: Readonly<Record<string, string>>): string[] {
  const sources = main.field.at('envFrom').items.flatMap((source) => {
    const reference = source.at('configMapRef');
    const name = reference.at('name').text;
    return name === undefined || configMaps.some((one) => one.name === name) || isOptional(reference)
      ? []
      : [unknownSource('ConfigMap', name)];
  });
  const keys = main.field.at('env').items.flatMap((entry) => {
    const reference = entry.at('valueFrom', 'configMapKeyRef');
    const name = entry.at('name').text;
    if (!reference.exists || name === undefined || name in env || isOptional(reference)) return [];
    return [
      `${name} is what this shell has, if anything: no file has ${reference.at('key').text} of ConfigMap ${reference.at('name').text}.`,
    ];
  });
  return [...sources, ...keys];
}

function unknownSource(kind: 'ConfigMap' | 'Secret', name: string): string {
  return `${kind} ${name} is in none of the files, so its variables are what this shell has: set those that the service needs, or pass them with --env NAME=value.`;
}

function isOptional(reference: Field): boolean {
  return reference.at('optional').boolean === true;
}

/** `stringData` wins over `data`, which is in Base64. */
function dataOf({ secrets }: Workload, name: string): ReadonlyMap<string, string> | undefined {
  const secret = secrets.find((one) => one.name === name)?.root;
  if (secret === undefined) return undefined;
  const encoded = [...secret.at('data').texts].map(
    ([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')] as const,
  );
  return new Map([...encoded, ...secret.at('stringData').texts]);
}
