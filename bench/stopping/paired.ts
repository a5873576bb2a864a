import { figure, range, table } from '../support/format.js';
import { affordable } from '../support/limits.js';
import { type Node } from '../support/node-versions.js';
import { type Estimate, estimateDifference, interleaved } from '../support/statistics.js';
import { type Variant, variantNamed } from '../variants.js';
import { drain, type DrainCase } from './drain.js';

/** What is compared: Nest's own hooks twice, which is the null pair, and the module. */
const CONTENDERS = ['plain', 'plain, again', 'module'] as const;
type Contender = (typeof CONTENDERS)[number];

const VARIANT_OF: Readonly<Record<Contender, Variant>> = {
  plain: variantNamed('enableShutdownHooks'),
  'plain, again': variantNamed('enableShutdownHooks'),
  module: variantNamed('nestjs-lifecycle'),
};

/** One row of the table. */
interface PairedCase {
  readonly what: string;
  readonly asked: Omit<DrainCase, 'variant' | 'node'>;
  /** From the signal, or from the last answer, to the exit. */
  readonly since: 'signal' | 'answer';
}

/** Ratios would say little: of the module's time, 250 ms are the wait for what is on its way. */
type Times = Readonly<Record<Contender, number[]>>;

const FEW = 1000;
const MANY = 10_000;
const KEPT = { KEEP_ALIVE_MS: '65000' };

/**
 * How much later the module ends a service than Nest's own hooks do, round by round: A B C C B A, each in a process of its
 * own.
 */
export async function measurePairs(node: Node, isQuick: boolean): Promise<string> {
  const [few, many] = [isQuick ? FEW / 2 : FEW, isQuick ? FEW : MANY].map(affordable);
  if (few === undefined || many === undefined) throw new Error('there are two crowds');
  const rounds = isQuick ? 2 : 10;
  const idle = (connections: number): PairedCase => ({
    what: `signal to exit, ${figure(connections)} idle`,
    asked: { connections, inFlight: 0, late: 0, lameDuckMs: 0, env: KEPT },
    since: 'signal',
  });
  const busy: PairedCase = {
    what: 'last answer to exit, 20 in flight that close',
    asked: { connections: 20, inFlight: 20, late: 0, lameDuckMs: 0, closing: true },
    since: 'answer',
  };
  const withoutClients: PairedCase = {
    what: 'signal to exit, no connection',
    asked: { connections: 0, inFlight: 0, late: 0, lameDuckMs: 0 },
    since: 'signal',
  };
  const rows: string[][] = [];
  for (const one of [withoutClients, busy]) rows.push(rowOf(one.what, await measureCase(one, node, rounds)));
  const [small, large] = [await measureCase(idle(few), node, rounds), await measureCase(idle(many), node, rounds)];
  rows.push(rowOf(idle(few).what, small), rowOf(idle(many).what, large));
  rows.push(rowOf(`growth of that from ${figure(few)} to ${figure(many)}`, growth(small, large)));
  const header = [`compared in pairs, Node ${node.version.slice(1)}`, 'plain, in ms', 'plain, again', 'module'];
  return table(header, rows);
}

async function measureCase({ asked, since }: PairedCase, node: Node, rounds: number): Promise<Times> {
  const times: Times = { plain: [], 'plain, again': [], module: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of interleaved(CONTENDERS, round)) {
      const result = await drain({ ...asked, variant: VARIANT_OF[contender], node });
      const ms = since === 'signal' ? result.exitMs : result.lastAnswerToExitMs;
      times[contender].push(ms ?? Number.NaN);
    }
  }
  return times;
}

function growth(small: Times, large: Times): Times {
  const of = (contender: Contender): number[] =>
    large[contender].map((ms, round) => ms - (small[contender][round] ?? Number.NaN));
  return { plain: of('plain'), 'plain, again': of('plain, again'), module: of('module') };
}

function rowOf(what: string, times: Times): string[] {
  const less = (contender: Contender): string =>
    differenceText(estimateDifference(times[contender].map((ms, round) => ms - (times.plain[round] ?? Number.NaN))));
  return [what, range(times.plain), less('plain, again'), less('module')];
}

/** `+12.3 (11.0–14.0) ms`. */
function differenceText({ value, low, high }: Estimate): string {
  return `${value < 0 ? '' : '+'}${figure(value)} (${figure(low)} to ${figure(high)}) ms`;
}
