// Usage: node scripts/busy-test.js [runs] [busy loops]
// Runs `npm test` so many times (5) beside so many processes that never rest (6), and says how each run went. Ends with 1
// when one of them failed. The processes are ended whatever happens.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { root } from './repository.js';

const [runs = 5, loops = 6] = process.argv.slice(2).map(Number);
if (![runs, loops].every((count) => Number.isInteger(count) && count >= 0)) {
  throw new Error(`write two numbers, as in: node scripts/busy-test.js 5 6; found ${process.argv.slice(2).join(' ')}`);
}

/** They look for their parent, so that none of them outlives it, whatever ends it. */
const BUSY = 'const parent = process.ppid; while (process.ppid === parent);';
const busy = Array.from({ length: loops }, () => spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }));
let failed = 0;
try {
  for (let run = 1; run <= runs; run += 1) {
    const start = performance.now();
    const [code, signal] = await once(spawn('npm', ['test'], { cwd: root, stdio: 'inherit' }), 'exit');
    const seconds = Math.round((performance.now() - start) / 1000);
    if (code !== 0) failed += 1;
    console.log(`run ${run} of ${runs}: ${code ?? signal} after ${seconds} s, load ${loadavg()[0]?.toFixed(1)}`);
  }
} finally {
  for (const loop of busy) loop.kill('SIGKILL');
}
console.log(`${runs - failed} of ${runs} runs passed beside ${loops} busy processes`);
process.exitCode = failed === 0 ? 0 : 1;
