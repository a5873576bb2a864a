import { losses, otherLags } from './bench-losses.js';
import { tableOf, tablesOf } from './markdown-tables.js';
import { crowdTargets, exitTargets, costTargets, pairedTargets, trackingTargets } from './bench-targets.js';

/**
 * The texts of bench/results, by part.
 * @typedef {Readonly<Record<'cost' | 'losing' | 'serving' | 'stopping', string>>} Results
 */

/**
 * What docs/measurements.md says, in the figures of bench/results and no others.
 * @param {Results} results
 */
export function benchFigures({ cost, losing, serving, stopping }) {
  const [served, stopped] = [tablesOf(serving), tablesOf(stopping)];
  const targets = [
    ...costTargets(tablesOf(cost)),
    ...trackingTargets(served),
    ...exitTargets(stopped),
    ...pairedTargets(stopped),
    ...crowdTargets(stopped),
  ];
  return [
    ...new Set([cost, losing, serving, stopping].map(setting)),
    '### Losing',
    losses(losing),
    otherLags(losing),
    '### Speed',
    tableOf(['what', 'measured', 'to compare with', 'target', 'met'], targets),
  ].join('\n\n');
}

/**
 * When, on what and with what a part was measured.
 * @param {string} text
 */
function setting(text) {
  const [date, machine] = [fact(text, 'Measured'), fact(text, 'Machine')];
  const versions = fact(text, 'With').split(', ');
  const named = ['@nestjs/core', 'express', 'fastify'].map((name) =>
    versions.find((one) => one.startsWith(`${name} `)),
  );
  return `Measured on ${date} with \`npm run bench\`, ${named.join(', ')}, on: ${machine}.`;
}

/**
 * @param {string} text
 * @param {string} name
 */
function fact(text, name) {
  const found = new RegExp(`^- ${name}: (.+)$`, 'm').exec(text)?.[1];
  if (found === undefined) throw new Error(`the results do not say "- ${name}: …"`);
  return found;
}
