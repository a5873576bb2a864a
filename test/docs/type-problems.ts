import { resolve } from 'node:path';
import ts from 'typescript';
import { root } from '../support/repository.js';

/** What the compiler has to say, with the library as its users get it: built. Empty is good. */
export function typeProblems(paths: readonly string[]): string[] {
  const config = ts.readConfigFile(resolve(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram([...paths], { ...options, noEmit: true, types: ['node', 'jest'] });
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName ?? ''}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
