// Usage: node .ci/summary.js <folder of Jest's JSON results> <exit code so far>
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder = '', exitCode = '1'] = process.argv.slice(2);
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];

let passed = 0;
let failed = 0;
for (const file of files) {
  const result = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  passed += result.numPassedTests;
  // a file that cannot even be loaded counts as one failure
  failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
}

const isGood = exitCode === '0' && failed === 0 && passed > 0;
console.log(`\n${isGood ? 'all steps passed' : `FAILED (exit code ${exitCode})`}\n${passed} passed, ${failed} failed`);
process.exitCode = isGood ? 0 : Number(exitCode) || 1;
