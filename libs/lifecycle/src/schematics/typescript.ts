import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as typescript from 'typescript';

/** The compiler of TypeScript. */
export type TypeScript = typeof typescript;

/** The compiler that the project has: this package brings none. `undefined` where there is none. */
export function typeScriptOf(project: string): TypeScript | undefined {
  try {
    // What a package exports cannot be known to the compiler here; the types are those of the development dependency.
    return createRequire(join(project, 'package.json'))('typescript') as TypeScript;
  } catch {
    // Then nothing is changed, and what to type is said.
    return undefined;
  }
}
