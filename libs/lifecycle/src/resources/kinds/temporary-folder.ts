import { existsSync } from 'node:fs';
import { defineKind } from '../define-kind.js';
import { hasFields, hasMethods } from '../shape.js';

/** What `mkdtempDisposable()` of Node 24.4 and later resolves with, and anything with the same three members. */
interface TemporaryFolder {
  readonly path: string;
  remove(): unknown;
}

export const temporaryFolder = defineKind<TemporaryFolder>({
  title: 'temporary folder',
  type: 'process',
  timeoutMs: 2000,
  is: (value): value is TemporaryFolder =>
    hasFields(value, { path: 'string' }) && hasMethods(value, ['remove', Symbol.asyncDispose]),
  isClosed: ({ path }) => !existsSync(path),
  close: (folder) => folder.remove(),
});
