import { type Field } from '../source/field.js';

/** The same documents are also for Knative elsewhere, which waits as long as a request may take. */
export function isOfGoogle(root: Field): boolean {
  return [root.at('metadata'), root.at('spec', 'template', 'metadata')].some((metadata) =>
    ['annotations', 'labels'].some((kind) =>
      metadata.at(kind).entries.some(([key]) => /^(?:run|cloud)\.googleapis\.com\//.test(key)),
    ),
  );
}
