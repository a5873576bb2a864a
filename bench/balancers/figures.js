import { cpus } from 'node:os';
import { tableOf } from '../../scripts/markdown-tables.js';
import { median } from '../rehearsed/figures.js';

/** @typedef {import('./round.js').Round} Round */

/** A difference that is no more than this a stop is that of single requests. */
const FEW = 2;

/** What clients see of either is the same where only connections are balanced. */
const WORDS = { refused: 'ended', reset: 'ended' };

/**
 * What was lost beside real balancers, as Markdown.
 * @param {import('./round.js').Mode} mode
 * @param {readonly (readonly [says: string, rounds: readonly Round[]])[]} rows
 */
export function figuresText(mode, rows) {
  const date = new Date().toISOString().slice(0, 10);
  const proxies = Object.keys(rows[0]?.[1][0]?.losses ?? {}).filter((name) => name !== 'rehearsed');
  const head = [
    'service',
    'traffic',
    'rehearsed',
    ...proxies.flatMap((name) => [name, 'ratio']),
    'rehearsed as',
    `${proxies[0]} as`,
  ];
  const lines = rows.map(([says, rounds]) => {
    const cells = proxies.flatMap((name) => [spreadOf(rounds, name), ratioOf(rounds, name)]);
    const kinds = ['rehearsed', proxies[0] ?? ''].map((name) => kindsOf(rounds, name, mode));
    return [says, trafficOf(rounds), spreadOf(rounds, 'rehearsed'), ...cells, ...kinds];
  });
  const command = `npm run bench:balancers -- --mode ${mode}`;
  const machine = `Node ${process.versions.node}, on ${cpus()[0]?.model.trim()}, ${cpus().length} cores`;
  return [`Measured on ${date} with \`${command}\`, ${machine}.`, tableOf(head, lines), ''].join('\n\n');
}

/**
 * The median of the share that a stopping pod gets.
 * @param {readonly Round[]} rounds
 */
function trafficOf(rounds) {
  return `${Math.round(100 * median(rounds.map(({ traffic }) => traffic)))} %`;
}

/**
 * The median of what was lost a stop, with the least and the most.
 * @param {readonly Round[]} rounds
 * @param {string} name
 */
function spreadOf(rounds, name) {
  const values = lostAStop(rounds, name);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const middle = shown(median(values));
  return least === most ? middle : `${middle} (${shown(least)} to ${shown(most)})`;
}

/**
 * The rehearsal's median over that of the balancer.
 * @param {readonly Round[]} rounds
 * @param {string} name
 */
function ratioOf(rounds, name) {
  const [ours, theirs] = [median(lostAStop(rounds, 'rehearsed')), median(lostAStop(rounds, name))];
  if (ours === 0 && theirs === 0) return 'both 0';
  if (Math.max(ours, theirs) <= FEW) return 'few';
  return (ours / theirs).toFixed(2);
}

/**
 * @param {readonly Round[]} rounds
 * @param {string} name
 */
function lostAStop(rounds, name) {
  return rounds.map(({ losses, stops }) => (losses[name]?.lost ?? Number.NaN) / stops);
}

/**
 * Means of a stop.
 * @param {readonly Round[]} rounds
 * @param {string} name
 * @param {import('./round.js').Mode} mode
 */
function kindsOf(rounds, name, mode) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  let stops = 0;
  for (const round of rounds) {
    stops += round.stops;
    for (const [fate, count] of Object.entries(round.losses[name]?.byFate ?? {})) {
      const word = wordFor(fate, mode);
      sums.set(word, (sums.get(word) ?? 0) + count);
    }
  }
  const kinds = [...sums].toSorted(([, a], [, b]) => b - a).map(([word, sum]) => `${word} ${shown(sum / stops)}`);
  return kinds.join(', ') || '–';
}

/**
 * @param {string} fate
 * @param {import('./round.js').Mode} mode
 */
function wordFor(fate, mode) {
  if (fate === 'server-error') return 'status';
  if (mode === 'connection' && (fate === 'refused' || fate === 'reset')) return WORDS[fate];
  return fate;
}

/** @param {number} value */
function shown(value) {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)));
}
