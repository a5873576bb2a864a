import { type Field } from '../source/field.js';
import { type SourceDocument } from '../source/yaml-reader.js';

/** One object of the cluster, as a file has it. */
export interface Resource {
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
  /** `default` where the file leaves it to `kubectl apply`. */
  readonly namespace: string;
  readonly root: Field;
  /** The Helm template it was rendered from. */
  readonly template: string | undefined;
}

/** The objects of a document: itself, or what a `List` or a template of OpenShift holds; none for what is no Kubernetes object. */
export function resourcesOf({ root, template }: SourceDocument): readonly Resource[] {
  const kind = root.at('kind').text;
  const apiVersion = root.at('apiVersion').text;
  if (kind === undefined || apiVersion === undefined) return [];
  const items = root.at('items');
  if (kind.endsWith('List') && items.exists) {
    return items.items.flatMap((item) => resourcesOf({ root: item, template }));
  }
  // What OpenShift makes of a template, once its parameters are filled in.
  if (kind === 'Template' && root.at('objects').exists) {
    return root.at('objects').items.flatMap((item) => resourcesOf({ root: item, template }));
  }
  const name = root.at('metadata', 'name').text ?? root.at('metadata', 'generateName').text ?? '';
  const namespace = root.at('metadata', 'namespace').text ?? 'default';
  return [{ kind, apiVersion, name, namespace, root, template }];
}
