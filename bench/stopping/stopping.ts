import { barChart } from '../charts/bar-chart.js';
import { bytes, figure, range, table } from '../support/format.js';
import { affordable } from '../support/limits.js';
import { type Node } from '../support/node-versions.js';
import { joined, type Part, type PartOptions, type PartResult } from '../support/part.js';
import { interleaved, median } from '../support/statistics.js';
import { BARE_EXIT, type Variant, VARIANTS, variantNamed } from '../variants.js';
import { drain, type DrainCase, type DrainResult } from './drain.js';
import { measurePairs } from './paired.js';
import { measureWebSockets } from './websockets.js';

/** What is allowed from the last answer to the exit, more than the bare minimum takes. */
const MOST_MS = 15;
const MOST_EXIT_MS = 2000;
const IDLE = 10_000;
const IN_FLIGHT = 2000;

/** A case of the table, for any variant. */
type Case = Omit<DrainCase, 'variant' | 'node'>;

const TWENTY: Case = { connections: 20, inFlight: 20, late: 0, lameDuckMs: 0 };

/** How long a service takes to end, with few and with many clients. */
export const stopping: Part = {
  name: 'stopping',
  title: 'Stopping',
  majors: [20, 24],
  measure: async (options) => {
    const results: PartResult[] = [];
    for (const node of options.nodes) {
      options.say(`stopping: Node ${node.version}`);
      results.push(await lastAnswer(node, options), await crowds(node, options));
      results.push({ markdown: await measurePairs(node, options.isQuick), charts: {} });
      results.push({ markdown: await measureWebSockets(node, options.isQuick ? 500 : 2000), charts: {} });
    }
    return joined(results);
  },
};

const QUICK_ENDINGS = new Set([
  'nestjs-lifecycle',
  'http-terminator',
  'http-graceful-shutdown',
  'nestjs-lifecycle (Fastify)',
]);

/** Those without a delay that passes even when no request comes: the end is what is measured here. */
function endings(node: Node, isQuick: boolean): Variant[] {
  const ends = VARIANTS.filter(({ name, minNode = 0 }) => minNode <= node.major && !name.endsWith('+ delay'));
  return [BARE_EXIT, ...ends.filter(({ name }) => !isQuick || QUICK_ENDINGS.has(name))];
}

async function lastAnswer(node: Node, { isQuick }: PartOptions): Promise<PartResult> {
  const variants = endings(node, isQuick);
  const results = new Map<string, DrainResult[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
    for (const variant of interleaved(variants, round)) {
      if (isSlow(results.get(variant.name) ?? [])) continue;
      results.get(variant.name)?.push(await drain({ ...TWENTY, ...bareCase(variant), variant, node }));
    }
  }
  const bare = median(endTimes(results.get(BARE_EXIT.name) ?? []));
  const rows = [...results].map(([name, found]) => lastAnswerRow(name, found, bare));
  const name = `stopping-node${node.major}`;
  const bars = [...results].map(([label, found]) => bar(label, found));
  const title = `From the last of 20 answers to the exit, Node ${node.version.slice(1)} (bars end at ${LONGEST_BAR_MS} ms)`;
  const markdown = [
    table(
      [
        `20 in flight, Node ${node.version.slice(1)}`,
        'last answer to exit',
        'more than the bare minimum',
        'lost of 20',
      ],
      rows,
    ),
    `![From the last answer to the exit](${name}.svg)`,
  ];
  return { markdown: markdown.join('\n\n'), charts: { [name]: barChart({ title, unit: 'ms', series: ['ms'], bars }) } };
}

/** What takes seconds does so every time, and needs no second look. */
function isSlow([first]: readonly DrainResult[]): boolean {
  return first !== undefined && (first.exitMs ?? Number.POSITIVE_INFINITY) >= MOST_EXIT_MS;
}

/** Nest's own close waits for kept-alive connections: the bare minimum is what it takes without. */
function bareCase(variant: Variant): Partial<Case> {
  return variant === BARE_EXIT ? { closing: true } : {};
}

function endTimes(found: readonly DrainResult[]): number[] {
  return found.map((result) => result.lastAnswerToExitMs).filter((ms) => ms !== undefined);
}

function lastAnswerRow(name: string, found: readonly DrainResult[], bare: number): string[] {
  const times = endTimes(found);
  const more = median(times) - bare;
  const verdict =
    name === BARE_EXIT.name || Number.isNaN(more) ? '–' : `${figure(more)} ms${more <= MOST_MS ? '' : ' (over 15)'}`;
  return [
    name,
    times.length === 0 ? withoutTime(found) : `${range(times)} ms`,
    verdict,
    range(found.map(({ lost }) => lost)),
  ];
}

/** Some are gone before they answer, and some are never gone. */
function withoutTime(found: readonly DrainResult[]): string {
  return found.some(({ exitMs }) => exitMs === undefined) ? 'no exit in 15 s' : 'no answer';
}

const LONGEST_BAR_MS = 500;

/** Those that take seconds would leave no room for the others. */
function bar(label: string, found: readonly DrainResult[]): { label: string; values: number[]; note: string } {
  const time = median(endTimes(found));
  const isGone = found.every(({ exitMs }) => exitMs !== undefined);
  if (Number.isNaN(time)) return { label, values: [isGone ? 0 : LONGEST_BAR_MS], note: withoutTime(found) };
  return { label, values: [Math.min(time, LONGEST_BAR_MS)], note: `${figure(time)} ms` };
}

async function crowds(node: Node, { isQuick }: PartOptions): Promise<PartResult> {
  const idle = affordable(isQuick ? 2000 : IDLE);
  const busy = affordable(isQuick ? 500 : IN_FLIGHT);
  const names = [
    'nestjs-lifecycle',
    'nestjs-lifecycle (Fastify)',
    'http-terminator',
    'http-graceful-shutdown',
    '@godaddy/terminus',
  ];
  const variants = (isQuick ? names.slice(0, 1) : names).map(variantNamed);
  const cases: readonly (readonly [string, Case])[] = [
    [
      `${figure(idle)} idle, a tenth asks in a lame duck of 1 s`,
      { connections: idle, inFlight: 0, late: idle / 10, lameDuckMs: 1000 },
    ],
    [`${figure(idle)} idle, no lame duck`, { connections: idle, inFlight: 0, late: 0, lameDuckMs: 0 }],
    [`${figure(busy)} in flight`, { connections: busy, inFlight: busy, late: 0, lameDuckMs: 0 }],
  ];
  const env = { KEEP_ALIVE_MS: '65000' };
  const rows: string[][] = [];
  for (const [what, asked] of cases) {
    for (const variant of variants)
      rows.push(crowdRow(what, variant, asked, await drain({ ...asked, variant, node, env })));
  }
  const header = [
    `Node ${node.version.slice(1)}`,
    'variant',
    'lost',
    'signal to exit',
    'last answer to exit',
    'memory at start',
    'with connections',
    'at its peak',
  ];
  return { markdown: table(header, rows), charts: {} };
}

function crowdRow(what: string, variant: Variant, { lameDuckMs }: Case, result: DrainResult): string[] {
  const exit = result.exitMs === undefined ? 'no exit in 15 s' : `${figure(result.exitMs)} ms`;
  const memory = [result.startMemory, result.connectedMemory, result.peakMemory].map(bytes);
  const isLate = lameDuckMs > 0 && !variant.name.startsWith('nestjs-lifecycle');
  const lost = `${figure(result.lost)} of ${figure(result.asked)}${isLate ? ' (has no lame duck)' : ''}`;
  const end =
    result.asked === 0 || result.lastAnswerToExitMs === undefined ? '–' : `${figure(result.lastAnswerToExitMs)} ms`;
  return [what, variant.name, lost, exit, end, ...memory];
}
