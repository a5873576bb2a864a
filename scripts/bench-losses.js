import { cellOf, rowOf, tableOf, tablesOf } from './markdown-tables.js';

/** @typedef {import('./markdown-tables.js').Table} Table */

const LAG = 'lag 2 s';
const CAUSES = ['refused', 'reset on reuse', 'reset on fresh', 'cut in flight', '5xx', 'timeout'];
const OURS = /^nestjs-lifecycle( |$)/;

/**
 * What one restart loses with each library, by cause, on the newest Node that was measured.
 * @param {string} text bench/results/losing.md
 */
export function losses(text) {
  const { sentence, warning, byLag, byCause } = newest(text);
  const rows = byLag.rows.map((row) => {
    const [name = ''] = row;
    const clients = byCause.rows.filter(([variant]) => variant === name);
    const of = (/** @type {string} */ column) => together(clients.map((client) => cellOf(byCause, client, column)));
    return [name, of('asked'), cellOf(byLag, row, LAG)].concat(CAUSES.map(of), cellOf(byLag, row, 'exit after'));
  });
  const head = ['variant', 'asked', 'lost', ...CAUSES, 'exit after'];
  return `${warning}${sentence} The router sends here until 2 s after the signal.\n\n${tableOf(head, rows)}`;
}

/**
 * What ours loses with every lag, on every Node.
 * @param {string} text bench/results/losing.md
 */
export function otherLags(text) {
  const measured = parts(text).flatMap(({ byLag, node }) => {
    const lags = byLag.head.filter((column) => column.startsWith('lag '));
    const ours = byLag.rows.filter(([name = '']) => OURS.test(name));
    return ours.flatMap((row) => lags.map((lag) => ({ node, lag, name: row[0], lost: cellOf(byLag, row, lag) })));
  });
  const unique = (/** @type {'node' | 'lag' | 'name'} */ key) =>
    [...new Set(measured.map((one) => one[key]))].join(', ');
  const lossy = measured.filter(({ lost }) => lost !== '0 + 0');
  const range = `(${unique('name')}; ${unique('lag')}; Node ${unique('node')})`;
  if (lossy.length === 0) return `With every lag that was measured this library lost nothing ${range}.`;
  const named = lossy.map(({ node, lag, name, lost }) => `${lost} with ${name}, ${lag}, Node ${node}`);
  return `Of ${measured.length} settings measured ${range}, this library lost requests in ${lossy.length}: ${named.join('; ')}.`;
}

/**
 * The results of one Node: what it says of itself, the table by lag and the one by cause.
 * @param {string} text
 */
function parts(text) {
  const sentences = [...text.matchAll(/^Requests lost in one restart on Node ([\d.]+):.*$/gm)];
  return sentences.map(({ 0: sentence, 1: node = '', index }, at) => {
    const [byLag, byCause] = tablesOf(text.slice(index, sentences[at + 1]?.index));
    if (byLag === undefined || byCause === undefined) throw new Error(`losing.md has no two tables for Node ${node}`);
    rowOf(byLag, 'nestjs-lifecycle');
    // That the machine was too busy stands before the sentence.
    const [warning = ''] =
      /^The machine was too busy .*\n\n$/m.exec(text.slice(sentences[at - 1]?.index ?? 0, index)) ?? [];
    return { sentence, warning, node, byLag, byCause };
  });
}

/** @param {string} text */
function newest(text) {
  const last = parts(text).at(-1);
  if (last === undefined) throw new Error('losing.md says of no Node what a restart loses');
  return last;
}

/**
 * Medians of kept-alive and of fresh clients, as the other tables write them.
 * @param {readonly string[]} cells
 */
function together(cells) {
  const medians = cells.map((cell) => cell.replace(/ \(.*\)$/, ''));
  return medians.every((cell) => cell === '0') ? '0' : medians.join(' + ');
}
