import { barChart } from '../charts/bar-chart.js';
import { inParallel } from '../support/in-parallel.js';
import { figure, range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { joined, type Part, type PartResult } from '../support/part.js';
import { Service } from '../support/service.js';
import { interleaved, median } from '../support/statistics.js';
import { type Variant, VARIANTS, variantNamed } from '../variants.js';
import { type Cause, CAUSES } from './causes.js';
import { type ClientKind } from './clients.js';
import { restart, type Restart, type RestartResult } from './restart.js';

const LAGS = [0, 1, 2, 5];
/** The lag that the chart and the table of causes show: a usual one. */
const SHOWN_LAG = 2;
const KINDS: readonly ClientKind[] = ['keep-alive', 'fresh'];

interface Size {
  readonly rounds: number;
  readonly atOnce: number;
  readonly perSecond: number;
  isMeasured(variant: Variant, lag: number): boolean;
}

const FULL: Size = { rounds: 2, atOnce: 8, perSecond: 120, isMeasured: () => true };
/** One round of the usual lag for all, and of every lag for ours. */
const QUICK: Size = {
  rounds: 1,
  atOnce: 10,
  perSecond: 40,
  isMeasured: (variant, lag) => lag === SHOWN_LAG || variant.name === 'nestjs-lifecycle',
};

/** What a rolling restart loses, by how long clients still come after the signal. */
export const losing: Part = {
  name: 'losing',
  title: 'Losing',
  majors: [20, 24],
  measure: async ({ nodes, isQuick, say }) => {
    const size = isQuick ? QUICK : FULL;
    const results: PartResult[] = [];
    for (const node of nodes) {
      say(`losing: Node ${node.version}`);
      results.push(show(await measure(node, size), node, size));
    }
    return joined(results);
  },
};

interface Cell {
  readonly variant: Variant;
  readonly lag: number;
  readonly result: RestartResult;
}

async function measure(node: Node, size: Size): Promise<Cell[]> {
  const variants = VARIANTS.filter(({ minNode = 0 }) => minNode <= node.major);
  const rounds = Array.from({ length: size.rounds }, (_, round) =>
    interleaved(
      LAGS.flatMap((lag) => variants.map((variant) => ({ variant, lag }))),
      round,
    ),
  );
  const wanted = rounds.flat().filter(({ variant, lag }) => size.isMeasured(variant, lag));
  const staying = await Service.start({ variant: variantNamed('plain (Fastify)'), node });
  try {
    return await inParallel(wanted, size.atOnce, async ({ variant, lag }) => {
      const asked: Restart = { variant, node, lagMs: lag * 1000, perSecond: size.perSecond, staying };
      return { variant, lag, result: await undisturbed(asked) };
    });
  } finally {
    await staying.kill();
  }
}

const TRIES = 3;

/** A restart during which the replica that is not stopped lost nothing: otherwise the machine was too busy to tell. */
async function undisturbed(asked: Restart): Promise<RestartResult> {
  let result = await restart(asked);
  for (let tries = 1; tries < TRIES && strays(result) > 0; tries += 1) result = await restart(asked);
  return result;
}

function strays({ ledgers }: RestartResult): number {
  return KINDS.reduce((sum, kind) => sum + ledgers[kind].strays, 0);
}

function show(cells: readonly Cell[], node: Node, { perSecond }: Size): PartResult {
  const names = [...new Set(VARIANTS.map(({ name }) => name))];
  const missing = VARIANTS.filter(({ minNode = 0 }) => minNode > node.major).map(
    ({ name, minNode }) => `${name} needs Node ${minNode} and is not here.`,
  );
  const chartName = `losing-node${node.major}`;
  const lagHeader = LAGS.map((lag) => `lag ${lag} s`);
  const rows = names
    .filter((name) => cells.some(({ variant }) => variant.name === name))
    .map((name) => lossRow(cells, name));
  const disturbed = cells.filter(({ result }) => strays(result) > 0).length;
  const markdown = [
    ...(disturbed > 0
      ? [
          `The machine was too busy during ${disturbed} of ${cells.length} restarts: the replica that was not stopped lost requests too.`,
        ]
      : []),
    `Requests lost in one restart on Node ${node.version.slice(1)}: kept-alive + fresh clients, ${perSecond} requests a second of each, a third of them of 500 ms. ${missing.join(' ')}`,
    table(['variant', ...lagHeader, 'exit after', 'exit'], rows),
    `![Requests lost in one restart](${chartName}.svg)`,
    `By cause, with a lag of ${SHOWN_LAG} s:`,
    causes(cells, names),
  ];
  return { markdown: markdown.join('\n\n'), charts: { [chartName]: chart(cells, names, node) } };
}

function lossRow(cells: readonly Cell[], name: string): string[] {
  return [name, ...LAGS.map((lag) => lostAt(cells, name, lag)), ...endOf(cells, name)];
}

function cellsOf(cells: readonly Cell[], name: string, lag: number): Cell[] {
  return cells.filter((cell) => cell.variant.name === name && cell.lag === lag);
}

function lostAt(cells: readonly Cell[], name: string, lag: number): string {
  const found = cellsOf(cells, name, lag);
  return KINDS.map((kind) => range(found.map(({ result }) => total(result, kind)))).join(' + ');
}

function total({ ledgers }: RestartResult, kind: ClientKind): number {
  return Object.values(ledgers[kind].lost).reduce((sum, count) => sum + count, 0);
}

/** The median over the restarts of one variant. */
function lostBy(cells: readonly Cell[], kind: ClientKind, cause: Cause): number {
  return median(cells.map(({ result }) => result.ledgers[kind].lost[cause] ?? 0));
}

function endOf(cells: readonly Cell[], name: string): [string, string] {
  const found = cells.filter(({ variant }) => variant.name === name);
  const times = found.map(({ result }) => result.exitMs).filter((ms) => ms !== undefined);
  return [`${range(times.map((ms) => ms / 1000))} s`, [...new Set(found.map(({ result }) => result.exit))].join(', ')];
}

function causes(cells: readonly Cell[], names: readonly string[]): string {
  const rows = names.flatMap((name) => {
    const found = cellsOf(cells, name, SHOWN_LAG);
    if (found.length === 0) return [];
    return KINDS.map((kind) => [
      name,
      kind,
      range(found.map(({ result }) => result.ledgers[kind].total)),
      ...CAUSES.map((cause) => figure(lostBy(found, kind, cause))),
    ]);
  });
  return table(['variant', 'clients', 'asked', ...CAUSES], rows);
}

function chart(cells: readonly Cell[], names: readonly string[], node: Node): string {
  const bars = names.flatMap((name) => {
    const found = cellsOf(cells, name, SHOWN_LAG);
    if (found.length === 0) return [];
    return [
      { label: name, values: CAUSES.map((cause) => KINDS.reduce((sum, kind) => sum + lostBy(found, kind, cause), 0)) },
    ];
  });
  const title = `Requests lost in one restart, lag ${SHOWN_LAG} s, Node ${node.version.slice(1)}`;
  return barChart({ title, unit: 'requests', series: CAUSES, bars });
}
