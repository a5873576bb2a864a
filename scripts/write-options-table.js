// Writes the table of options in docs/options.md. Run it with `npm run docs:options`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withPart } from './marked-part.js';
import { optionsTable } from './options-table.js';
import { root, runTool } from './repository.js';

const page = join(root, 'docs/options.md');
// The options alone: the built library has them in one file with others.
const options = join(root, 'dist/options');
runTool('tsc', ['-p', 'libs/lifecycle/tsconfig.options.json', '--outDir', options]);
// A computed address, so that types can be checked without a build.
const built = pathToFileURL(join(options, 'options/option-fields.js'));
/** @type {{ OPTION_FIELDS: Parameters<typeof optionsTable>[0] }} */
const { OPTION_FIELDS } = await import(built.href);

writeFileSync(page, withPart(readFileSync(page, 'utf8'), 'options', optionsTable(OPTION_FIELDS)));
runTool('oxfmt', ['docs/options.md']);
