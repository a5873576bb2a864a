import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { figure, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { startProgram } from '../support/programs.js';
import { median, spread } from '../support/statistics.js';
import { within } from '../support/within.js';

/** How much is measured. */
export interface TrackingSize {
  readonly rounds: number;
  readonly requests: number;
}

type Figures = Record<'eventNs' | 'handlerNs' | 'eventBytes' | 'handlerBytes' | 'connectionBytes', number[]>;
type Results = Record<'plain' | 'plain again' | 'tracked', Figures>;

const TIMEOUT_MS = 120_000;

const ROWS: readonly (readonly [keyof Figures, string, string])[] = [
  ['eventNs', 'CPU of a request: connection and response', 'ns'],
  ['handlerNs', 'CPU of a handler', 'ns'],
  ['eventBytes', 'memory of a request: connection and response', 'bytes'],
  ['handlerBytes', 'memory of a handler', 'bytes'],
  ['connectionBytes', 'memory an open connection keeps', 'bytes'],
];

/** Measures tracking alone, in a process of its own, and returns a table of what it adds to nothing. */
export async function measureTracking(node: Node, { rounds, requests }: TrackingSize): Promise<string> {
  const program = startProgram('serving/tracking-program.js', {
    nodePath: node.path,
    nodeArgs: ['--expose-gc', '--max-semi-space-size=256', '--min-semi-space-size=256'],
    env: { REQUESTS: String(requests), ROUNDS: String(rounds) },
    cpu: 0,
  });
  const { stdout, stderr } = program;
  if (stdout === null || stderr === null) throw new Error('the program has no output');
  const [output, errors] = await within(
    TIMEOUT_MS,
    Promise.all([text(stdout), text(stderr), once(program, 'close')]),
    'tracking',
  );
  if (!output.startsWith('{')) throw new Error(`tracking said: ${output}${errors}`);
  const results = JSON.parse(output) as Results;
  const rows = ROWS.map(([key, what, unit]) => [
    what,
    unit,
    added(results.tracked[key], results.plain[key]),
    added(results['plain again'][key], results.plain[key]),
  ]);
  return table([`on Node ${node.version.slice(1)}`, 'in', 'added by tracking', 'null pair'], rows);
}

/** Median of what is added round by round, and where most of it lies. */
function added(figures: readonly number[], base: readonly number[]): string {
  const extra = figures.map((value, round) => value - (base[round] ?? Number.NaN));
  const { low, high } = spread(extra);
  return `${figure(Math.round(median(extra)))} (${Math.round(low)} to ${Math.round(high)})`;
}
