// Usage: node bench/run.js [quick] [cost] [serving] [losing] [stopping] [growth] [express] [fastify] [node-24]
// What the measurements need is put in place first: their programs compiled, the peers installed, our package copied.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from './support/prepare.js';

const main = pathToFileURL(join(prepare(), 'main.js')).href;
/** @type {{ run: (words: string[]) => Promise<void> }} */
const measurements = await import(main);
await measurements.run(process.argv.slice(2));
