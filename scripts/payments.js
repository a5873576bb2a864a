// Stops services in the middle of payments, in pieces that add up: `node scripts/payments.js [stops, default 1000] [--fresh]`.
// Each piece has instants of its own, and several services at the same time: they wait more than they work. What every test of it
// has found is a line of dist/payments.jsonl, so a run that was ended goes on where it was. Prints the sum, and ends with 1 where
// a piece has failed.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

const args = process.argv.slice(2);
const wanted = Number(args.find((arg) => !arg.startsWith('--')) ?? 1000);
if (!Number.isInteger(wanted) || wanted < 1 || args.some((arg) => arg.startsWith('--') && arg !== '--fresh')) {
  console.error('Usage: npm run test:payments -- [stops] [--fresh], such as: npm run test:payments -- 1000 --fresh');
  process.exit(2);
}

const figures = join(root, 'dist', 'payments.jsonl');
mkdirSync(join(root, 'dist'), { recursive: true });
if (args.includes('--fresh')) rmSync(figures, { force: true });

/**
 * @typedef {object} Line what one test has found; see test/services/payments.services-spec.ts
 * @property {string} commit
 * @property {number} seed
 * @property {string} client
 * @property {string} server
 * @property {'never' | 'for ever' | 'until told'} hangs
 * @property {boolean} withoutTransaction a service with a fault, which shows that halves are found
 * @property {number} stops
 * @property {number} clean
 * @property {number} orders
 * @property {number} payments
 * @property {number} paid
 * @property {number} unanswered
 * @property {number} half
 * @property {number} unfounded
 * @property {number} unnamed
 * @property {number} finished
 * @property {string[]} details what became of the orders that were not named
 */

/** @returns {Line[]} */
function read() {
  if (!existsSync(figures)) return [];
  const lines = readFileSync(figures, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @param {readonly Line[]} lines */
const stopsOf = (lines) =>
  lines.filter(({ withoutTransaction }) => !withoutTransaction).reduce((sum, { stops }) => sum + stops, 0);

/** @param {readonly Line[]} lines */
function table(lines) {
  const names = [...new Set(lines.map(nameOf))];
  /** @type {(keyof Line & ('stops' | 'clean' | 'orders' | 'payments' | 'paid' | 'unanswered' | 'half' | 'unfounded' | 'unnamed' | 'finished'))[]} */
  const columns = [
    'stops',
    'clean',
    'orders',
    'payments',
    'paid',
    'unanswered',
    'half',
    'unfounded',
    'unnamed',
    'finished',
  ];
  /** @param {readonly Line[]} group */
  const sums = (group) =>
    Object.fromEntries(columns.map((column) => [column, group.reduce((sum, line) => sum + line[column], 0)]));
  console.table(Object.fromEntries(names.map((name) => [name, sums(lines.filter((line) => nameOf(line) === name))])));
  console.log(`${stopsOf(lines)} stops at ${[...new Set(lines.map(({ commit }) => commit))].join(', ')}`);
}

/** @param {Line} line */
function nameOf({ client, server, hangs, withoutTransaction }) {
  const deadline = hangs === 'never' ? 'within its time' : `cut, they wait ${hangs}`;
  return `${client}, ${server}, ${withoutTransaction ? 'without transactions' : deadline}`;
}

function commit() {
  const git = (/** @type {string[]} */ ...words) => execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' and changes'}`;
}

let hasFailed = false;
while (stopsOf(read()) < wanted && !hasFailed) {
  const seed = Math.max(0, ...read().map((line) => line.seed)) + 1;
  const jest = ['--config', 'jest.services.config.js', '--selectProjects', 'undisturbed services'];
  const env = {
    ...process.env,
    ...{ PAYMENT_SEED: String(seed), PAYMENT_FIGURES: figures, PAYMENT_COMMIT: commit() },
    PAYMENT_STOPS: process.env['PAYMENT_STOPS'] ?? '8',
    PAYMENT_AT_ONCE: process.env['PAYMENT_AT_ONCE'] ?? '8',
  };
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/jest/bin/jest.js'), ...jest, '--testPathPatterns=services/payments'],
    { cwd: root, env, stdio: 'inherit' },
  );
  hasFailed = status !== 0;
  table(read());
}
if (stopsOf(read()) >= wanted && !hasFailed) table(read());
process.exitCode = hasFailed ? 1 : 0;
