import { playRehearsal, type Verdict } from 'nestjs-lifecycle-rollout';
import { atOnce } from '../support/at-once.js';
import { quickRehearsal, REHEARSALS_AT_ONCE } from '../support/quick-rehearsal.js';

/** How many seeds, each another schedule of everything. `npm run test:seeds` plays 100. Each four have every adapter with every balancer. */
const SEEDS = Number(process.env['REHEARSAL_SEEDS'] ?? 8);
/** Where they begin, to play one again that has failed. */
const FIRST_SEED = Number(process.env['REHEARSAL_FIRST_SEED'] ?? 1);
const MINUTES = 60_000;

/** A rehearsal's verdict, and how many updates there were. */
interface Played {
  readonly verdict: Verdict;
  readonly updates: number;
}

/** Both adapters with both balancers, one after the other. `test/rollout/good-order.rollout-spec.ts` has a service without a framework. */
async function rehearseSeed(seed: number): Promise<Played> {
  const adapter = seed % 2 === 0 ? 'express' : 'fastify';
  const balancer = seed % 4 < 2 ? 'connection' : 'request';
  const { verdict, events } = await playRehearsal(quickRehearsal(adapter, { balancer, seed, clients: 4 }));
  return { verdict, updates: events.filter(({ type }) => type === 'update-started').length };
}

/** Nothing is lost, found or answered twice, and every request has its answer. */
function isSilent({ verdict, updates }: Played): boolean {
  const { isClean, faults, duplicates, requests } = verdict;
  const isAnswered = requests.answered > 0 && requests.answered === requests.sent;
  return isClean && faults.length === 0 && duplicates.length === 0 && isAnswered && updates === 1;
}

/** What is worth reading of one that is not clean. */
function summaryOf({ verdict, updates }: Played): object {
  const { seed, update, requests, lost, faults, notes, pods } = verdict;
  const exits = pods.map(({ name, stop, exit }) => ({ name, stop, exit }));
  return {
    seed,
    update,
    updates,
    requests,
    lost,
    faults: faults.map(({ code, evidence }) => `${code}: ${evidence}`),
    notes,
    exits,
  };
}

describe('a service that stops in good order', () => {
  it(
    `is clean under ${SEEDS} seeds`,
    async () => {
      const seeds = Array.from({ length: SEEDS }, (_none, index) => FIRST_SEED + index);
      const played = await atOnce(
        REHEARSALS_AT_ONCE,
        seeds.map((seed) => () => rehearseSeed(seed)),
      );
      expect(played.filter((one) => !isSilent(one)).map(summaryOf)).toEqual([]);
    },
    30 * MINUTES,
  );
});
