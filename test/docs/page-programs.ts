import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';
import { swcOptions } from '../../scripts/swc-options.js';
import { type Program, startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { type CodeFile, codeFiles, codeFolder, isOf, writeCode } from './page-code.js';

const freePort = pathToFileURL(resolve(root, 'test/docs/free-port.js')).href;

/** Starts the program of a page, or one of the modules of several pages, on free ports. */
export type StartPage = (
  pages: string | readonly [string, ...string[]],
  env?: Record<string, string>,
  /** Which of the programs, where a page has several. */
  program?: string,
) => Program;

/** Compiles all code of the pages into a folder that the calling spec file has to itself. */
export function compilePages(name: string): StartPage {
  return compile(codeFolder(name), codeFiles(), 'es6');
}

/** The same for Nest 11 and CommonJS, of the README. */
export function compileForNest11(name: string): StartPage {
  const files = codeFiles().filter(({ page }) => page === 'README');
  return compile(codeFolder(name, 11), files, 'commonjs');
}

/** Compiles the programs of a page into a folder that the calling spec file has to itself, and returns where that is. */
export function compilePrograms(name: string, page: string): (program: string) => string {
  const folder = codeFolder(name);
  const files = codeFiles().filter((file) => file.page === page);
  compile(folder, files, 'es6');
  return (program) => join(folder, page, program.replace(/\.ts$/, '.js'));
}

/** The pages with code that is a program, or modules of one. */
export function pagesToRun(): string[] {
  const files = codeFiles().filter((file) => isOf('program')(file) || isOf('module')(file));
  return [...new Set(files.filter((file) => !isShared(file)).map(({ page }) => page))];
}

function compile(folder: string, files: readonly CodeFile[], type: 'es6' | 'commonjs'): StartPage {
  const paths = writeCode(folder, files);
  for (const [index, file] of files.entries()) {
    if (!isOf('data')(file)) compileFile(paths[index] ?? '', file.text, type);
  }
  return (pages, env = {}, program) => {
    const [first, ...others] = typeof pages === 'string' ? ([pages] as const) : pages;
    const main = others.length === 0 ? ownMain(files, first, program) : undefined;
    const cwd = join(folder, first);
    const path = join(cwd, main?.name ?? `${[first, ...others].join('-')}.generated.ts`);
    if (main === undefined) compileFile(path, generatedMain(files, [first, ...others]), type);
    return startFile(path.replace(/\.ts$/, '.js'), { cwd, env, nodeArgs: ['--import', freePort] });
  };
}

/** Compiles a text to JavaScript in the place of its file. */
function compileFile(path: string, text: string, type: 'es6' | 'commonjs'): void {
  const options = { ...swcOptions, module: { type }, swcrc: false };
  writeFileSync(path.replace(/\.ts$/, '.js'), transformSync(text, options).code);
}

/** The program that a page shows. Modules beside it must be its own: else no test would run them. */
function ownMain(files: readonly CodeFile[], page: string, program: string | undefined): CodeFile | undefined {
  const own = files.filter((file) => file.page === page);
  const [main, second] = own.filter(isOf('program')).filter(({ name }) => program === undefined || name === program);
  if (second !== undefined) throw new Error(`${page} shows two programs: give each a page`);
  const left = own.filter(
    (file) => isOf('module')(file) && main?.text.includes(file.name.replace(/\.ts$/, '')) === false,
  );
  if (left.length > 0) throw new Error(`${page}: its program does not import ${left[0]?.name}`);
  return main;
}

/** A program for modules that pages show without one. */
function generatedMain(files: readonly CodeFile[], pages: readonly string[]): string {
  const own = files.filter((file) => pages.includes(file.page) && isOf('module')(file) && !isShared(file));
  const modules = own.flatMap(({ page, name, text }) =>
    [...text.matchAll(/export class (\w+Module)\b/g)].map(([, module = '']) => ({ page, name, module })),
  );
  if (modules.length === 0) throw new Error(`${pages.join(', ')}: no program, and no exported module to make one of`);
  const isConfigured = own.some(({ text }) => text.includes('GracefulShutdownModule.for'));
  return [
    `import { Module } from '@nestjs/common';`,
    `import { NestFactory } from '@nestjs/core';`,
    `import { GracefulShutdownModule } from 'nestjs-lifecycle';`,
    ...modules.map(
      ({ page, name, module }) => `import { ${module} } from '../${page}/${name.replace(/\.ts$/, '.js')}';`,
    ),
    `const imports = [${modules.map(({ module }) => module).join(', ')}];`,
    ...(isConfigured ? [] : [`imports.push(GracefulShutdownModule.forRoot({ health: { path: '/made' } }));`]),
    `@Module({ imports }) class RootModule {}`,
    `const app = await NestFactory.create(RootModule);`,
    `app.enableShutdownHooks();`,
    `await app.listen(3000);`,
  ].join('\n');
}

/** The README's module on another page. */
function isShared({ page, name }: CodeFile): boolean {
  return page !== 'README' && name === 'app.module.ts';
}

/** Waits until a request has come to the program. */
export async function requestReceived(program: Program, path: string): Promise<void> {
  await program.waitForLine(new RegExp(`^received ${path}$`));
}

/** What a program answers a path with. */
export async function statusOf(program: Program, path: string): Promise<number> {
  return (await fetch(`${await program.url()}${path}`)).status;
}

/** Sends SIGTERM, expects exit code 0, and returns all that was printed. */
export async function stopCleanly(program: Program): Promise<string> {
  program.signal('SIGTERM');
  const { code, output } = await program.exit;
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output;
}
