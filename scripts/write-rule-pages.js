// Writes what follows from the pages of docs/rules: the module that carries them in the manifest check, and their index.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { withPart } from './marked-part.js';
import { root, runTool } from './repository.js';
import { rulesTable } from './rules-table.js';

const folder = join(root, 'docs/rules');
const rules = 'libs/manifest-check/src/rules';
const [index, module] = ['docs/rules/README.md', `${rules}/rule-pages.ts`];

const names = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
if (names.length === 0) throw new Error(`there are no pages in ${folder}`);
const pages = new Map(
  names.toSorted().map((name) => [basename(name, '.md'), readFileSync(join(folder, name), 'utf8')]),
);

const entries = [...pages].map(([id, page]) => `  '${id}': ${JSON.stringify(page)},`);
const text = `/**
 * The page of each rule, by its id: what it looks for and why, with an example that is wrong and one that is right.
 * Written by \`npm run docs:rules\` from docs/rules; a test compares them.
 */
export const RULE_PAGES: Readonly<Record<string, string>> = {
${entries.join('\n')}
};
`;
writeFileSync(join(root, module), text);

const table = rulesTable(readFileSync(join(root, rules, 'registry.ts'), 'utf8'), pages);
writeFileSync(join(root, index), withPart(readFileSync(join(root, index), 'utf8'), 'rules', table));
runTool('oxfmt', [index, module]);
