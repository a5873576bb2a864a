import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Program, startFile } from '../support/program.js';
import { root } from '../support/repository.js';
import { type CodeFile, codeFiles, codeFolder, compileCode, sectionFolder, writeCode } from './readme-code.js';

const freePort = pathToFileURL(resolve(root, 'test/docs/free-port.js')).href;

/** Starts a section's `main.ts` on a free port. */
export type StartSection = (section: string, env?: Record<string, string>) => Program;

/**
 * Compiles everything the README has into a folder that the calling spec file has to itself. A section without a
 * `main.ts` gets one that imports its modules.
 */
export function compileReadme(name: string): StartSection {
  const files = codeFiles();
  const sections = [...new Set(files.map(({ section }) => section))];
  const mains = sections.filter(
    (section) => !files.some((file) => file.section === section && file.name === 'main.ts'),
  );
  return compile(codeFolder(name), [...files, ...mains.map((section) => mainOf(section, files))], 'es6');
}

/** The same for Nest 11 and CommonJS, of the sections that have a `main.ts` of their own. */
export function compileReadmeForNest11(name: string): StartSection {
  return compile(codeFolder(name, 11), codeFiles(), 'commonjs');
}

function compile(folder: string, files: readonly CodeFile[], type: 'es6' | 'commonjs'): StartSection {
  compileCode(writeCode(folder, files), files, type);
  return (section, env = {}) =>
    startFile(join(sectionFolder(folder, section), 'main.js'), { env, nodeArgs: ['--import', freePort] });
}

/** Waits until a request has come to the program. */
export async function requestReceived(program: Program, path: string): Promise<void> {
  await program.waitForLine(new RegExp(`^received ${path}$`));
}

/** A program for modules that the README shows without one. */
function mainOf(section: string, files: readonly CodeFile[]): CodeFile {
  const own = files.filter(
    (file) => file.section === section && file.name.endsWith('.module.ts') && file.name !== 'app.module.ts',
  );
  const modules = own.flatMap(({ name, text }) =>
    [...text.matchAll(/export class (\w+Module)\b/g)].map(([, module = '']) => ({ name, module })),
  );
  const isConfigured = own.some(({ text }) => text.includes('GracefulShutdownModule.for'));
  const lines = [
    `import { Module } from '@nestjs/common';`,
    `import { NestFactory } from '@nestjs/core';`,
    `import { GracefulShutdownModule } from 'nestjs-lifecycle';`,
    ...modules.map(({ name, module }) => `import { ${module} } from './${name.replace(/\.ts$/, '.js')}';`),
    `const imports = [${modules.map(({ module }) => module).join(', ')}];`,
    ...(isConfigured ? [] : [`imports.push(GracefulShutdownModule.forRoot({ health: { path: '/made' } }));`]),
    `@Module({ imports }) class RootModule {}`,
    `const app = await NestFactory.create(RootModule);`,
    `app.enableShutdownHooks();`,
    `await app.listen(3000);`,
  ];
  return { name: 'main.ts', section, text: lines.join('\n') };
}
