import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import ts from 'typescript';
import { swcOptions } from '../../scripts/swc-options.js';
import { root } from '../support/repository.js';
import { type Block } from './markdown.js';
import { readmeBlocks, SECTIONS } from './readme.js';

/** A block of code as a file: the first line names it. */
export interface CodeFile {
  readonly name: string;
  readonly section: string;
  readonly text: string;
}

/** The TypeScript of the README. Sections share the files of the first one, as its readers do. */
export function codeFiles(): CodeFile[] {
  const files = readmeBlocks('ts').map(toFile);
  const shared = files.filter(({ section, name }) => section === SECTIONS.start && name !== 'main.ts');
  const others = [...new Set(files.map(({ section }) => section))].filter((section) => section !== SECTIONS.start);
  return [...files, ...others.flatMap((section) => shared.map(({ name, text }) => ({ name, text, section })))];
}

function toFile({ text, section, line }: Block): CodeFile {
  const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(text)?.[1];
  if (name === undefined) throw new Error(`README.md:${line}: the first line of a ts block names its file: // main.ts`);
  return { name, section, text };
}

/** Where a section's files are written below a folder. */
export function sectionFolder(folder: string, section: string): string {
  return join(folder, section.toLowerCase().replaceAll(/\W+/g, '-'));
}

/** A folder for what is made of the README, where imports find Nest 12 and files are ES modules; or 11 and CommonJS. */
export function codeFolder(name: string, nest: 11 | 12 = 12): string {
  return resolve(root, nest === 12 ? 'dist/docs' : 'compat/nest11/dist/docs', name);
}

/** Writes all files below a folder and returns their paths. Each spec file takes a folder of its own. */
export function writeCode(folder: string, files: readonly CodeFile[] = codeFiles()): string[] {
  rmSync(folder, { recursive: true, force: true });
  return files.map(({ name, section, text }) => {
    const path = join(sectionFolder(folder, section), name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}

/** Compiles files beside themselves. */
export function compileCode(paths: readonly string[], files: readonly CodeFile[], type: 'es6' | 'commonjs'): void {
  for (const [index, path] of paths.entries()) {
    const options = { ...swcOptions, module: { type }, swcrc: false };
    writeFileSync(path.replace(/\.ts$/, '.js'), transformSync(files[index]?.text ?? '', options).code);
  }
}

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
