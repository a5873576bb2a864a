import { losses } from './bench-losses.js';
import { costTargets } from './bench-targets.js';
import { cellOf, rowOf, tableOf, tablesOf } from './markdown-tables.js';

/** The libraries that a Nest service uses most; `docs/measurements.md` has all of them. */
const VARIANTS = [
  'nestjs-lifecycle',
  'plain',
  'enableShutdownHooks',
  '@nestjs/terminus',
  'nestjs-graceful-shutdown',
  'http-terminator',
  'lightship',
];

/**
 * The two figures of the README, on the newest Node that was measured: what one restart loses, and what a request costs.
 * @param {Readonly<Record<'cost' | 'losing', string>>} results texts of bench/results
 */
export function benchSummary({ cost, losing }) {
  const text = losses(losing);
  const [lost] = tablesOf(text);
  const node = /on Node ([\d.]+):/.exec(text)?.[1];
  if (lost === undefined || node === undefined) throw new Error('losing.md says of no Node what a restart loses');
  const rows = VARIANTS.map((name) => {
    const row = rowOf(lost, name);
    return [nameOf(name), cellOf(lost, row, 'lost'), cellOf(lost, row, 'exit after')];
  });
  return [
    `One restart under load on Node ${node}, with a router that sends requests here until 2 s after the signal, and ` +
      `clients that never retry (kept-alive + fresh, ${cellOf(lost, rowOf(lost, 'nestjs-lifecycle'), 'asked')} requests):`,
    tableOf(['what stops the service', 'requests lost', 'exit after'], rows),
    `CPU of a request, plain Nest being 1: ${costs(cost, node)}.`,
  ].join('\n\n');
}

/** @param {string} variant */
function nameOf(variant) {
  if (variant === 'plain') return 'Nest alone';
  return variant === 'enableShutdownHooks' ? 'Nest with `enableShutdownHooks()`' : variant;
}

/**
 * On the same major, which may have been measured in another version.
 * @param {string} cost
 * @param {string} node
 */
function costs(cost, node) {
  const [major = ''] = node.split('.');
  const ours = costTargets(tablesOf(cost)).flatMap(([what = '', measured, pair]) => {
    const [, platform, version] = /, (\w+), (Node [\d.]+)$/.exec(what) ?? [];
    return version?.startsWith(`Node ${major}.`) ? [`${measured} on ${platform} (${pair}, ${version})`] : [];
  });
  if (ours.length === 0) throw new Error(`cost.md says nothing of Node ${major}`);
  return ours.join(', ');
}
