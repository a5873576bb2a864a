import { isRecord } from 'nestjs-lifecycle/options';
import { sample } from 'openapi-sampler';
import { type ApiDocument } from './api-document.js';
import { SkippedOperation } from './skipped-operation.js';

/** What one example may need to look at; a schema that refers to others in powers needs more than there is time for. */
const MOST_NODES = 5000;

/**
 * A value made by a schema.
 *
 * @throws SkippedOperation when the schema cannot be used, or would take too long
 */
export function madeValue(document: ApiDocument, schema: unknown): unknown {
  const left = { nodes: MOST_NODES };
  if (!isSmall(document, schema, { left, open: new Set() })) {
    throw new SkippedOperation('its schema is too large to make a value of: give it an example');
  }
  try {
    return sample(isRecord(schema) ? schema : {}, { quiet: true, skipReadOnly: true }, document.root);
  } catch (error) {
    throw new SkippedOperation(`its schema cannot be used: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Walks as the sampler does: into every reference, but not into one that it is already in. */
function isSmall(
  document: ApiDocument,
  value: unknown,
  walk: { readonly left: { nodes: number }; readonly open: Set<string> },
): boolean {
  if (typeof value !== 'object' || value === null) return true;
  walk.left.nodes -= 1;
  if (walk.left.nodes < 0) return false;
  const ref: unknown = isRecord(value) ? value['$ref'] : undefined;
  if (typeof ref !== 'string') return Object.values(value).every((one) => isSmall(document, one, walk));
  if (walk.open.has(ref)) return true;
  walk.open.add(ref);
  const isSmallBehind = isSmall(document, document.resolve(value), walk);
  walk.open.delete(ref);
  return isSmallBehind;
}
