// Usage: node scripts/check-precision.js REPOSITORIES JUDGEMENTS [PROGRAM]
// Runs `check` in every folder of REPOSITORIES, and prints by rule how many of its errors and warnings a person judged useful.
// JUDGEMENTS has a line for each: repository, rule, file:line, verdict (useful, unhelpful, false), why; with tabs between them.
// PROGRAM is the command line; by default the one that npm run build makes.
// What has no judgement is printed as such, to be judged and added.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { root } from './repository.js';

const VERDICTS = ['useful', 'unhelpful', 'false', 'not judged'];
const [folder, judgements, program = resolve(root, 'apps/cli/dist/esm/main.js')] = process.argv.slice(2);
if (folder === undefined || judgements === undefined) {
  console.error('Type node scripts/check-precision.js REPOSITORIES JUDGEMENTS');
  process.exit(2);
}

const judged = await readJudgements(judgements);
/** @type {Map<string, number[]>} */
const byRule = new Map();
let workloads = 0;
for (const repository of await readdir(folder)) {
  const { findings, checked } = await check(join(folder, repository));
  workloads += checked.workloads + checked.platforms;
  for (const { rule, severity, file, line } of findings) {
    if (severity === 'note') continue;
    const key = [repository, rule, `${file}:${line}`].join('\t');
    const verdict = judged.get(key) ?? 'not judged';
    if (verdict === 'not judged') console.log(`${key}\t?`);
    const counts = byRule.get(rule) ?? VERDICTS.map(() => 0);
    const index = VERDICTS.indexOf(verdict);
    counts[index] = (counts[index] ?? 0) + 1;
    byRule.set(rule, counts);
  }
}

console.log(`| rule | ${VERDICTS.join(' | ')} |`);
console.log(`| --- | ${VERDICTS.map(() => '---:').join(' | ')} |`);
const rows = [...byRule].toSorted(([, one], [, other]) => sum(other) - sum(one));
for (const [rule, counts] of rows) console.log(`| ${rule} | ${counts.join(' | ')} |`);
const all = VERDICTS.map((_, index) => sum(rows.map(([, counts]) => counts[index] ?? 0)));
console.log(`| all | ${all.join(' | ')} |`);
console.log(`${sum(all)} errors and warnings, ${workloads} workloads and files of other platforms`);

/**
 * @param {string} file
 * @returns {Promise<Map<string, string>>} verdicts by repository, rule and place
 */
async function readJudgements(file) {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [repository, rule, place, verdict = ''] = line.split('\t');
      if (!VERDICTS.includes(verdict))
        throw new Error(`${file}: "${verdict}" is none of ${VERDICTS.join(', ')}: ${line}`);
      return [[repository, rule, place].join('\t'), verdict];
    }),
  );
}

/**
 * @param {string} repository
 * @returns {Promise<{
 *   findings: { rule: string, severity: string, file: string, line: number }[],
 *   checked: { workloads: number, platforms: number },
 * }>}
 */
async function check(repository) {
  const args = [resolve(program), 'check', '.', '--format', 'json', '--fail-on', 'never'];
  const options = { cwd: repository, timeout: 300_000, maxBuffer: 1 << 28 };
  try {
    return JSON.parse((await promisify(execFile)(process.execPath, args, options)).stdout);
  } catch (error) {
    // What cannot be read in a repository makes the exit code 2; what was found is printed all the same.
    const stdout = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    if (stdout === '') throw error;
    return JSON.parse(stdout);
  }
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
