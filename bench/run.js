// Usage: node bench/run.js [quick] [serving] [losing] [stopping] [growth]
// What the measurements need is put in place first: their programs compiled, the peers installed, our package copied.
import { prepare } from './support/prepare.js';

prepare();
const main = new URL('.build/main.js', import.meta.url).href;
/** @type {{ run: (words: string[]) => Promise<void> }} */
const measurements = await import(main);
await measurements.run(process.argv.slice(2));
