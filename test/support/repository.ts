import { resolve } from 'node:path';

/** The folder that holds the root package.json. */
export const root = resolve(__dirname, '../..');

/** Where scripts/build-programs.js leaves the programs of test/programs, once for each Nest. */
export const programFolders = {
  11: resolve(root, 'compat/nest11/dist/programs'),
  12: resolve(root, 'dist/programs/nest12'),
  'oldest 11': resolve(root, 'compat/nest11-oldest/dist/programs'),
  'oldest 12': resolve(root, 'compat/nest12-oldest/dist/programs'),
} as const;

/** A Nest that programs run on: the newest of a major, or the oldest that the package allows. */
export type NestVersion = keyof typeof programFolders;
