import { cellOf, rowOf } from './markdown-tables.js';

/** @typedef {import('./markdown-tables.js').Table} Table */

/** What tracking may add to a request, in ns and in bytes. */
const MOST_TRACKING = 300;

/** What a request may cost, plain Nest being 1. */
const MOST_COST = 1.02;
/** How far from 1 the null pair may lie for a measurement to say anything. */
const NULL_PAIR = 0.01;

/**
 * What a request costs with the module, in one process with plain Nest.
 * @param {readonly Table[]} tables of cost.md
 */
export function costTargets(tables) {
  return found(tables, /^CPU of a request$/).flatMap(([table]) =>
    table.rows.map((row) => {
      const pair = cellOf(table, row, 'plain, again');
      const costs = ['module', 'module, health: true'].map((name) => cellOf(table, row, name));
      const isTelling = Math.abs(Number.parseFloat(pair) - 1) <= NULL_PAIR;
      const isMet = costs.every((cost) => upperEnd(cost) <= MOST_COST);
      return [
        `CPU of a request, plain Nest being 1, ${row[0]}`,
        costs.join(', with health '),
        `null pair: ${pair}`,
        `interval to ${MOST_COST}`,
        isTelling ? (isMet ? 'yes' : 'no') : 'not told',
      ];
    }),
  );
}

/** @param {string} interval `1.004 (0.998–1.010)` */
function upperEnd(interval) {
  return Number(/–([\d.]+)\)$/.exec(interval)?.[1]);
}

/**
 * What tracking adds where there is nothing else.
 * @param {readonly Table[]} tables of serving.md
 */
export function trackingTargets(tables) {
  return found(tables, /^on (Node [\d.]+)$/).flatMap(([table, node]) =>
    ['CPU', 'memory'].map((what) => {
      const rows = [`${what} of a request: connection and response`, `${what} of a handler`].map((name) =>
        rowOf(table, name),
      );
      const sum = (/** @type {string} */ column) => rows.map((row) => median(cellOf(table, row, column)));
      const added = sum('added by tracking');
      const unit = rows.map((row) => cellOf(table, row, 'in'))[0] ?? '';
      return [
        `tracking alone, ${what} of a request + its handler, ${node}`,
        `${added.join(' + ')} ${unit}`,
        `null pair: ${sum('null pair').join(' + ')} ${unit}`,
        `under ${MOST_TRACKING} ${unit} together`,
        added.reduce((total, one) => total + one, 0) < MOST_TRACKING ? 'yes' : 'no',
      ];
    }),
  );
}

/**
 * How long after its last answer a service is gone.
 * @param {readonly Table[]} tables of stopping.md
 */
export function exitTargets(tables) {
  return found(tables, /^20 in flight, (Node [\d.]+)$/).flatMap(([table, node]) =>
    table.rows
      .filter(([name = '']) => name.startsWith('nestjs-lifecycle'))
      .map((row) => [
        `last answer to exit, 20 in flight, ${row[0]?.includes('Fastify') ? 'fastify' : 'express'}, ${node}`,
        cellOf(table, row, 'last answer to exit'),
        `bare minimum: ${cellOf(table, rowOf(table, 'process.exit after app.close()'), 'last answer to exit')}`,
        'at most 15 ms more',
        cellOf(table, row, 'more than the bare minimum').includes('over 15') ? 'no' : 'yes',
      ]),
  );
}

/** What the wait for requests on their way takes, and what the end may take on top of it. */
const [LINGER_MS, MOST_END_MS] = [250, 50];

/**
 * How much later than Nest's own hooks the module ends a service, compared in pairs.
 * @param {readonly Table[]} tables of stopping.md; results that were taken before this was measured have none
 */
export function pairedTargets(tables) {
  const paired = tables.filter(({ head: [first = ''] }) => first.startsWith('compared in pairs, '));
  return paired.flatMap((table) =>
    table.rows.map((row) => {
      const [what = ''] = row;
      const node = table.head[0]?.replace('compared in pairs, ', '');
      const allowed = what.endsWith(' idle') ? LINGER_MS + MOST_END_MS : MOST_END_MS;
      const more = cellOf(table, row, 'module');
      return [
        `${what}, more than plain Nest, ${node}`,
        more,
        `plain Nest: ${row[1]} ms; null pair: ${cellOf(table, row, 'plain, again')}`,
        `interval to ${allowed} ms`,
        Number(/ to (-?[\d.,]+)\)/.exec(more)?.[1]?.replaceAll(',', '')) <= allowed ? 'yes' : 'no',
      ];
    }),
  );
}

/**
 * What becomes of crowds, on the newest Node that was measured.
 * @param {readonly Table[]} tables of stopping.md
 */
export function crowdTargets(tables) {
  const crowds = found(tables, /^(Node [\d.]+)$/)
    .slice(-1)
    .flatMap(([table, node]) =>
      table.rows
        .filter(
          ([crowd = '', name = '']) => crowd !== '10,000 idle, no lame duck' && name.startsWith('nestjs-lifecycle'),
        )
        .map((row) => [
          `${row[0]}, ${row[1]?.includes('Fastify') ? 'fastify' : 'express'}, ${node}`,
          `lost ${cellOf(table, row, 'lost')}`,
          `memory: ${cellOf(table, row, 'with connections')}, ${cellOf(table, row, 'at its peak')} at its peak`,
          'nothing lost',
          cellOf(table, row, 'lost').startsWith('0 of') ? 'yes' : 'no',
        ]),
    );
  const sockets = found(tables, /^2,000 WebSockets, (Node [\d.]+)$/)
    .slice(-1)
    .map(([table, node]) => {
      const ours = rowOf(table, 'nestjs-lifecycle');
      const codes = cellOf(table, ours, 'close codes');
      const others = cellOf(table, rowOf(table, 'enableShutdownHooks'), 'close codes');
      return [
        `2,000 WebSockets, ${node}`,
        `${codes}, the last after ${cellOf(table, ours, 'to last close')}`,
        `Nest alone: ${others}`,
        'all 1001',
        codes === '2,000 × 1001' ? 'yes' : 'no',
      ];
    });
  return [...crowds, ...sockets];
}

/**
 * The tables whose first heading is of that kind, with what its groups have caught.
 * @param {readonly Table[]} tables
 * @param {RegExp} kind
 * @returns {[Table, string, string][]}
 */
function found(tables, kind) {
  const matches = tables.flatMap((table) => {
    const match = kind.exec(table.head[0] ?? '');
    /** @type {[Table, string, string]} */
    const one = [table, match?.[1] ?? '', match?.[2] ?? ''];
    return match === null ? [] : [one];
  });
  if (matches.length === 0) throw new Error(`no table of the results begins with ${kind}`);
  return matches;
}

/** @param {string} cell */
function median(cell) {
  return Number(cell.replace(/ \(.*\)$/, '').replaceAll(',', ''));
}
