// Writes the tables of options in docs/options.md, and in other pages that have some. Run it with `npm run docs:options`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withPart } from './marked-part.js';
import { optionsTable, pagesWithOptions } from './options-table.js';
import { root, runTool } from './repository.js';

// The options alone: the built library has them in one file with others.
const options = join(root, 'dist/options');
runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.options.json', '--outDir', options]);
// A computed address, so that types can be checked without a build.
const built = pathToFileURL(join(options, 'options/option-fields.js'));
/** @type {{ OPTION_FIELDS: Parameters<typeof optionsTable>[0] }} */
const { OPTION_FIELDS } = await import(built.href);

for (const name of pagesWithOptions(OPTION_FIELDS)) {
  const page = join(root, 'docs', `${name}.md`);
  writeFileSync(page, withPart(readFileSync(page, 'utf8'), 'options', optionsTable(OPTION_FIELDS, name)));
  runTool('oxfmt', [page]);
}
