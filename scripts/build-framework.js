import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, typeScriptIn } from './build-programs.js';
import { root } from './repository.js';

/** The file that is written last, from the root. */
export const frameworkStamp = 'compat/nest11/dist/framework/.built';

/**
 * Compiles the applications of test/services/framework and what runs them as the programs are, whose build comes first:
 * as ES modules that find Nest 12, as CommonJS that finds Nest 11.
 */
export function buildFramework() {
  const sources = join(root, 'test');
  const folders = ['services/framework/run', 'services/framework/applications'];
  const files = folders.flatMap((folder) => typeScriptIn(join(sources, folder)).map((file) => join(folder, file)));
  files.push('support/free-port.ts', 'support/test-certificate.ts');
  compile(files, join(root, 'dist/framework/nest12'), 'es6', sources);
  compile(files, join(root, 'compat/nest11/dist/framework'), 'commonjs', sources);
  writeFileSync(join(root, frameworkStamp), '');
}
