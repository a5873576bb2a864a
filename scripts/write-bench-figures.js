// Writes the figures of bench/results into docs/measurements.md, docs/rehearsed-and-real.md and docs/rehearsed-and-balancers.md, and two of them into the README. Run it with `npm run docs:bench`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchFigures } from './bench-figures.js';
import { benchSummary } from './bench-summary.js';
import { withPart } from './marked-part.js';
import { root, runTool } from './repository.js';

const read = (/** @type {string} */ part) => readFileSync(join(root, 'bench/results', `${part}.md`), 'utf8');
const results = { cost: read('cost'), losing: read('losing'), serving: read('serving'), stopping: read('stopping') };

write('docs/measurements.md', 'bench', benchFigures(results));
write('README.md', 'bench-summary', benchSummary(results));
write('docs/rehearsed-and-real.md', 'rehearsed', read('rehearsed').trim());
for (const part of ['balancers-request', 'balancers-connection'])
  write('docs/rehearsed-and-balancers.md', part, read(part).trim());

/**
 * @param {string} page
 * @param {string} part
 * @param {string} text
 */
function write(page, part, text) {
  const file = join(root, page);
  writeFileSync(file, withPart(readFileSync(file, 'utf8'), part, text));
  runTool('oxfmt', [page]);
}
