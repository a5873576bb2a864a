import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiDocument } from './api-document.js';
import { type ApiOperation } from './api-operation.js';
import { type JsonObject } from './json-object.js';
import { type LoadNote } from '../reading/gathered-requests.js';
import { SkippedOperation } from './skipped-operation.js';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** Every operation in the document's order. Paths that cannot be read are noted. */
export function* operationsOf(document: ApiDocument, notes: LoadNote[]): Iterable<ApiOperation> {
  const paths = document.resolveObject(document.root['paths']);
  for (const [path, written] of Object.entries(paths)) {
    if (!path.startsWith('/')) continue;
    const item = itemOf(document, written);
    if (typeof item === 'string') notes.push({ about: path, message: `left out: ${item}` });
    else yield* operationsOfPath(path, item);
  }
}

function* operationsOfPath(path: string, item: JsonObject): Iterable<ApiOperation> {
  for (const method of METHODS) {
    const operation = item[method];
    if (isRecord(operation)) yield { method: method.toUpperCase(), path, item, operation };
  }
}

function itemOf(document: ApiDocument, written: unknown): JsonObject | string {
  try {
    return document.resolveObject(written);
  } catch (error) {
    if (error instanceof SkippedOperation) return error.message;
    throw error;
  }
}
