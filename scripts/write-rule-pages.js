// Writes the pages of docs/rules into a module of the manifest check, so that they travel with the command.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root, runTool } from './repository.js';

const folder = join(root, 'docs/rules');
const file = 'libs/manifest-check/src/rules/rule-pages.ts';

const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
if (pages.length === 0) throw new Error(`there are no pages in ${folder}`);
const entries = pages
  .toSorted()
  .map((name) => `  '${basename(name, '.md')}': ${JSON.stringify(readFileSync(join(folder, name), 'utf8'))},`);

const text = `/**
 * The page of each rule, by its id: what it looks for and why, with an example that is wrong and one that is right.
 * Written by \`npm run docs:rules\` from docs/rules; a test compares them.
 */
export const RULE_PAGES: Readonly<Record<string, string>> = {
${entries.join('\n')}
};
`;
writeFileSync(join(root, file), text);
runTool('oxfmt', [file]);
