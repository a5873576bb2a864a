import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { root } from '../support/repository.js';
import { type Block, blocksOf } from './markdown.js';

/** A document for users: README.md, or a page of docs. */
export interface Page {
  /** `README`, or the name of its file: `hooks`. */
  readonly name: string;
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** The README, then every page of docs. A new page is found here, and so by every test of pages. */
export const pages: readonly Page[] = [
  toPage('README', 'README.md'),
  ...readdirSync(resolve(root, 'docs'))
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => toPage(basename(file, '.md'), `docs/${file}`)),
  toPage('index', 'docs/README.md'),
];

function toPage(name: string, path: string): Page {
  const text = readFileSync(resolve(root, path), 'utf8');
  return { name, path, text, blocks: blocksOf(text) };
}

/** Throws when there is none, so that no check can pass for want of anything to look at. */
export function page(name: string): Page {
  const found = pages.find((page) => page.name === name);
  if (found === undefined) throw new Error(`there is no page "${name}"`);
  return found;
}

/** A block, and the page it stands on. */
export type PlacedBlock = Block & { readonly page: Page };

/** The blocks of one kind on all pages. Throws when there is none. */
export function blocksOfKind(kind: string): PlacedBlock[] {
  const found = pages.flatMap((page) =>
    page.blocks.filter((block) => block.kind === kind).map(({ text, line }) => ({ kind, text, line, page })),
  );
  if (found.length === 0) throw new Error(`no page has a \`\`\`${kind} block`);
  return found;
}

/** The only block of a kind on a page. */
export function onlyBlock(kind: string, name: string): Block {
  const [block, ...others] = page(name).blocks.filter((block) => block.kind === kind);
  if (block === undefined || others.length > 0)
    throw new Error(
      `expected one \`\`\`${kind} block in ${page(name).path}, found ${block === undefined ? 0 : others.length + 1}`,
    );
  return block;
}

/** The text of all pages. */
export const allText = pages.map(({ text }) => text).join('\n');
