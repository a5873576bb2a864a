// Writes what the README says of the measurements from bench/results. Run it with `npm run docs:bench`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchFigures } from './bench-figures.js';
import { withPart } from './marked-part.js';
import { root, runTool } from './repository.js';

const readme = join(root, 'README.md');
const read = (/** @type {string} */ part) => readFileSync(join(root, 'bench/results', `${part}.md`), 'utf8');
const figures = benchFigures({ losing: read('losing'), serving: read('serving'), stopping: read('stopping') });

writeFileSync(readme, withPart(readFileSync(readme, 'utf8'), 'bench', figures));
runTool('oxfmt', ['README.md']);
