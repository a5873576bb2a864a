import { cpus } from 'node:os';
import { tableOf } from '../../scripts/markdown-tables.js';
import { REAL } from './real-figures.js';

/**
 * @typedef {object} PlayedRun one rehearsal
 * @property {number} seed
 * @property {number} sent
 * @property {number} lost
 * @property {Readonly<Record<string, number>>} byFate
 */

/** As the real cluster's client told them. */
/** @type {Readonly<Record<string, string>>} */
const WORDS = { 'server-error': 'status', 'black-hole': 'timed out', timeout: 'timed out' };

/**
 * What was rehearsed beside what was real, as Markdown.
 * @param {Readonly<Record<string, readonly PlayedRun[]>>} played by the names of the services
 */
export function figuresText(played) {
  const rows = Object.entries(played).map(([name, runs]) => rowOf(name, runs));
  const date = new Date().toISOString().slice(0, 10);
  return [
    `Measured on ${date} with \`npm run bench:rehearsed\`, Node ${process.versions.node}, on ${cpus()[0]?.model.trim()}, ${cpus().length} cores.`,
    tableOf(['service', 'rehearsed', 'real', 'medians', 'rehearsed as', 'real as'], rows),
    '',
  ].join('\n\n');
}

/**
 * @param {string} name
 * @param {readonly PlayedRun[]} runs
 * @returns {string[]}
 */
function rowOf(name, runs) {
  const real = REAL[name];
  if (real === undefined) throw new Error(`nothing real is known of ${name}`);
  const lost = runs.map((run) => run.lost);
  const [ours, theirs] = [median(lost), median(real.lost)];
  const ratio = theirs === 0 ? (ours === 0 ? 'both 0' : `${ours} and 0`) : (ours / theirs).toFixed(2);
  return [real.says, lost.join(', '), real.lost.join(', '), ratio, kindsOf(runs), real.as ?? '–'];
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = 0] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** @param {readonly PlayedRun[]} runs */
function kindsOf(runs) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { byFate } of runs) {
    for (const [fate, count] of Object.entries(byFate)) {
      const word = WORDS[fate] ?? fate;
      sums.set(word, (sums.get(word) ?? 0) + count);
    }
  }
  const some = [...sums].filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
  return some.map(([word, count]) => `${word} ${Math.round(count / runs.length)}`).join(', ') || '–';
}
