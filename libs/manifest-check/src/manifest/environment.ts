import { type Field } from '../source/field.js';
import { type Resource } from './resource.js';

/** The variables a container gets, each with the place where its value is written. */
export type Environment = ReadonlyMap<string, Field>;

/** Finds a ConfigMap by its name in the container's namespace. */
export type FindConfigMap = (name: string) => Resource | undefined;

/**
 * The environment of a container as the kubelet would build it: what `envFrom` brings, then `env`, the later one wins.
 * Secrets and the downward API say nothing that a file shows.
 */
export function environmentOf(container: Field, findConfigMap: FindConfigMap): Environment {
  const variables = new Map<string, Field>();
  for (const source of container.at('envFrom').items) {
    const configMap = findConfigMap(source.at('configMapRef', 'name').text ?? '');
    const prefix = source.at('prefix').text ?? '';
    for (const [key, field] of configMap?.root.at('data').entries ?? []) variables.set(`${prefix}${key}`, field);
  }
  for (const entry of container.at('env').items) {
    const name = entry.at('name').text;
    if (name === undefined) continue;
    const field = valueOf(entry, findConfigMap);
    if (field === undefined) variables.delete(name);
    else variables.set(name, field);
  }
  return variables;
}

function valueOf(entry: Field, findConfigMap: FindConfigMap): Field | undefined {
  if (entry.at('value').exists) return entry.at('value');
  const reference = entry.at('valueFrom', 'configMapKeyRef');
  if (!reference.exists) return undefined;
  const field = findConfigMap(reference.at('name').text ?? '')?.root.at('data', reference.at('key').text ?? '');
  return field?.exists === true ? field : undefined;
}
