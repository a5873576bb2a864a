import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nestFinder } from './loads-nest.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'loads-nest-'));
});
afterAll(() => rmSync(root, { recursive: true }));

function loadsNest(files: Readonly<Record<string, string>>): boolean {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return nestFinder(root)('a.spec.ts');
}

describe('a source loads Nest', () => {
  it.each([
    `import { Module } from '@nestjs/common';`,
    `import { type A, Module } from '@nestjs/common';`,
    `import 'reflect-metadata';`,
    `export { Subject } from 'rxjs';`,
    `import { GracefulShutdown } from 'nestjs-lifecycle';`,
    `const core = await import('@nestjs/core');`,
    `jest.mock('@nestjs/core');`,
    `import {\n  Module,\n  Inject,\n} from '@nestjs/common';`,
    `const isNew = NEST_MAJOR > 11;`,
  ])('by %j', (text) => {
    expect(loadsNest({ 'a.spec.ts': `import { b } from './x/b.js';`, 'x/b.ts': text })).toBe(true);
  });

  it.each([
    `import type { Module } from '@nestjs/common';`,
    `import type {\n  Module,\n} from '@nestjs/common';`,
    `export type { Module } from '@nestjs/common';`,
    `import { join } from 'node:path';`,
    `// from '@nestjs/common'`,
  ])('not by %j', (text) => {
    expect(loadsNest({ 'a.spec.ts': `import { b } from './x/b.js';`, 'x/b.ts': text })).toBe(false);
  });
});
