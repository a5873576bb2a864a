import { layerProblems } from './layer-problems.js';
import { type Layering, layerings } from './layers.js';

const problemsIn = (files: Readonly<Record<string, string>>, layering: Layering = {}): string[] =>
  layerProblems(new Map(Object.entries(files)), layering);
const order: Layering = { layers: [['ground'], ['*'], ['top'], ['.']] };

describe('layerProblems', () => {
  it.each([
    ["import { one } from '../top/one.js';"],
    ["import { type One } from '../top/one.js';"],
    ["import type { One } from '../top/one.js';"],
    ["export { one } from '../top/one.js';"],
    ["export * from '../top/one.js';"],
    ["import '../top/one.js';"],
    ["export type One = import('../top/one.js').One;"],
    ["export const later = () => import('../top/one.js');"],
  ])('finds an import of a higher layer: %s', (text) => {
    expect(problemsIn({ 'ground/a.ts': text, 'top/one.ts': '' }, order)).toEqual([
      'ground/a.ts imports top/one.ts, but ground is below top',
    ]);
  });

  it('lets files import their own layer and those below, and other packages', () => {
    const files = {
      'index.ts': "import './top/one.js'; import { x } from 'elsewhere';",
      'top/one.ts': "import '../middle/a.js'; import '../ground/a.js'; import './two.js';",
      'top/two.ts': '',
      'middle/a.ts': "import '../other/deep/b.js'; // import '../top/one.js'",
      'other/deep/b.ts': 'const text = "import \'../../top/one.js\'";',
      'ground/a.ts': '',
    };
    expect(problemsIn(files, order)).toEqual([]);
  });

  it('finds files that import each other, types included', () => {
    const files = {
      'a.ts': "import { type B } from './b.js';",
      'b.ts': "import { type C } from './c.js';",
      'c.ts': "import { type B } from './b.js';",
    };
    expect(problemsIn(files)).toContain('these files import each other: b.ts, c.ts');
  });

  it('finds folders that import each other though no files do', () => {
    const files = {
      'one/a.ts': "import '../two/a.js';",
      'two/a.ts': '',
      'two/b.ts': "import '../one/b.js';",
      'one/b.ts': '',
    };
    expect(problemsIn(files)).toEqual(['these folders import each other: one, two']);
  });

  it('finds a package that a part must do without, wherever it comes in, types included', () => {
    const free: Layering = { without: [{ parts: ['engine'], packages: ['@nestjs', 'rxjs'] }] };
    const files = {
      'engine/a.ts': "import '../other/b.js'; import 'node:fs'; import 'rxjs-like';",
      'other/b.ts': "import { type Logger } from '@nestjs/common'; export const later = () => import('../deep/c.js');",
      'deep/c.ts': "import 'rxjs';",
      'nest/d.ts': "import '../engine/a.js'; import '@nestjs/core';",
    };
    expect(problemsIn(files, free)).toEqual([
      'other/b.ts imports @nestjs/common, but engine must do without it',
      'deep/c.ts imports rxjs, but engine must do without it',
    ]);
  });

  it('passes a known arrow until it is gone', () => {
    const known: Layering = { ...order, known: ['ground -> top'] };
    const files = { 'ground/a.ts': "import '../top/one.js';", 'top/one.ts': '' };
    expect(problemsIn(files, known)).toEqual([]);
    expect(problemsIn({ ...files, 'ground/a.ts': '' }, known)).toEqual([
      'ground -> top is gone: remove it from the known arrows in scripts/layers.js',
    ]);
  });
});

describe('the layers of this repository', () => {
  it.each([
    ['libs/rollout', 'load', 'scenario'],
    ['libs/rollout', 'network', 'scenario'],
    ['libs/rollout', 'random', 'scenario'],
    ['libs/manifest-check', 'findings', 'platforms'],
    ['libs/manifest-check', 'manifest', 'platforms'],
    ['libs/lifecycle', 'phase', 'traffic'],
    ['libs/lifecycle', 'tasks', 'shutdown'],
  ])('in %s: %s knows nothing of %s', (name, importer, imported) => {
    const { layers = [] } = layerings[name] ?? {};
    const files = { [`${importer}/a.ts`]: `import '../${imported}/b.js';`, [`${imported}/b.ts`]: '' };
    expect(problemsIn(files, { layers })).toEqual([
      `${importer}/a.ts imports ${imported}/b.ts, but ${importer} is below ${imported}`,
    ]);
  });
});
