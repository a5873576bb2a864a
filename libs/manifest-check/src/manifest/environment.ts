import { type Field } from '../source/field.js';
import { expandVariables, referencesIn } from './expand-variables.js';
import { isVariableFilledInLater } from './filled-in-later.js';
import { type Resource } from './resource.js';

/** The variables a container gets, each with the place where its value is written. */
export type Environment = ReadonlyMap<string, Field>;

/** Finds a ConfigMap by its name in the container's namespace. */
export type FindConfigMap = (name: string) => Resource | undefined;

/**
 * The environment of a container as the kubelet would build it: what `envFrom` brings, then `env`, the later one wins, and
 * refers to earlier ones with `$(NAME)`. Secrets and the downward API say nothing that a file shows, and neither does what
 * refers to them.
 */
export function environmentOf(container: Field, findConfigMap: FindConfigMap): Environment {
  const sources = container.at('envFrom').items;
  const variables = new Map(sources.flatMap((source) => broughtBy(source, findConfigMap)));
  const isAllKnown = sources.every((source) => configMapOf(source, findConfigMap) !== undefined);
  const unknown = new Set<string>();
  const isUnknown = (name: string): boolean => unknown.has(name) || (!isAllKnown && !variables.has(name));
  for (const entry of container.at('env').items) {
    const name = entry.at('name').text;
    if (name === undefined) continue;
    const isKnown = !referencesIn(entry.at('value').text ?? '').some(isUnknown);
    const field = isKnown && !isForLater(entry) ? valueOf(entry, variables, findConfigMap) : undefined;
    unknown.delete(name);
    variables.delete(name);
    if (field === undefined) unknown.add(name);
    else variables.set(name, field);
  }
  // A mapping is refused, and a rule says so; what it means is plain all the same.
  for (const [name, field] of container.at('env').entries) if (field.text !== undefined) variables.set(name, field);
  return variables;
}

function configMapOf(source: Field, findConfigMap: FindConfigMap): Resource | undefined {
  return findConfigMap(source.at('configMapRef', 'name').text ?? '');
}

function broughtBy(source: Field, findConfigMap: FindConfigMap): readonly (readonly [string, Field])[] {
  const prefix = source.at('prefix').text ?? '';
  const data = configMapOf(source, findConfigMap)?.root.at('data').entries ?? [];
  return data.map(([key, field]) => [`${prefix}${key}`, field]);
}

/** What another tool puts a value in place of; of other variables the name alone says something. */
function isForLater(entry: Field): boolean {
  return entry.at('name').text?.startsWith('SHUTDOWN_') === true && isVariableFilledInLater(entry.at('value'));
}

function valueOf(entry: Field, earlier: Environment, findConfigMap: FindConfigMap): Field | undefined {
  const written = entry.at('value');
  if (written.text !== undefined) {
    const text = expandVariables(written.text, (name) => earlier.get(name)?.text);
    return text === written.text ? written : written.read(text);
  }
  const reference = entry.at('valueFrom', 'configMapKeyRef');
  if (!reference.exists) return undefined;
  const field = findConfigMap(reference.at('name').text ?? '')?.root.at('data', reference.at('key').text ?? '');
  return field?.exists === true ? field : undefined;
}
