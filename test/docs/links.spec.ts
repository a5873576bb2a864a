import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { packedDocuments } from '../../scripts/packed-documents.js';
import { root } from '../support/repository.js';
import { brokenLinks } from './links.js';
import { linksIn } from './markdown.js';
import { page, pages } from './pages.js';

const read = (path: string): [string, string] => [path, readFileSync(resolve(root, path), 'utf8')];

/** Every document of the repository. */
function documents(): string[] {
  const inRoot = readdirSync(root).filter((file) => file.endsWith('.md'));
  const below = ['apps', 'bench', 'deploy', 'docs', 'libs'].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => join(folder, file).split(sep).join('/'))
      .filter((file) => file.endsWith('.md') && !/(^|\/)(node_modules|dist)\//.test(file)),
  );
  return [...inRoot, ...below];
}

describe('the links of the documents', () => {
  it('lead to files and headings that exist', () => {
    const texts = new Map(documents().map(read));
    expect(texts.size).toBeGreaterThan(80);
    expect(brokenLinks(texts, (path) => existsSync(resolve(root, path)))).toEqual([]);
  });

  it('of the README and its pages stay within what travels in the tarball', () => {
    const packed = packedDocuments();
    expect(packed).toEqual(expect.arrayContaining(pages.map(({ path }) => path)));
    const texts = new Map(packed.filter((path) => path.endsWith('.md')).map(read));
    expect(brokenLinks(texts, (path) => packed.includes(path))).toEqual([]);
  });

  it('that messages of the library name are pages that travel with it', () => {
    const folder = resolve(root, 'libs/lifecycle/src');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const text = files.map((file) => readFileSync(resolve(folder, file), 'utf8')).join('\n');
    const named = [...text.matchAll(/nestjs-lifecycle\/(docs\/[\w/-]+\.md)/g)].map(([, page = '']) => page);
    expect(named).toContain('docs/own-shutdown-code.md');
    expect(named.filter((page) => !packedDocuments().includes(page))).toEqual([]);
    // An address of the package shows the README alone, whose headings are few.
    expect(text).not.toMatch(/package\/nestjs-lifecycle#/);
  });

  it('are found when they are broken', () => {
    const texts = new Map([
      ['docs/a.md', '# A b\n\n[1](#a-b) [2](#c) [3](b.md) [4](../x.md) `[5](y.md)` [6](https://z)\n'],
    ]);
    expect(brokenLinks(texts, () => false)).toEqual(['docs/a.md: #c', 'docs/a.md: b.md', 'docs/a.md: ../x.md']);
  });

  it('of the index and the README lead to every page', () => {
    const linked = linksIn(page('index').text).map((link) => `docs/${link}`);
    const unlinked = pages.filter(({ path, name }) => name !== 'index' && !linked.includes(path));
    expect(unlinked.map(({ path }) => path)).toEqual(['README.md']);
  });
});
