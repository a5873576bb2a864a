import { playRehearsal, type Verdict } from 'nestjs-lifecycle-rollout';
import { quickRehearsal } from '../support/quick-rehearsal.js';

/** How many seeds, each another schedule of everything. `npm run test:seeds` plays 100. Each four have every adapter with every balancer. */
const SEEDS = Number(process.env['REHEARSAL_SEEDS'] ?? 12);
/** Where they begin, to play one again that has failed. */
const FIRST_SEED = Number(process.env['REHEARSAL_FIRST_SEED'] ?? 1);
/** Each starts four services; more at once would measure how busy the machine is. */
const AT_ONCE = 2;
const MINUTES = 60_000;

/** Both adapters with both balancers, one after the other. */
async function rehearseSeed(seed: number): Promise<Verdict> {
  const adapter = seed % 2 === 0 ? 'express' : 'fastify';
  const balancer = seed % 4 < 2 ? 'connection' : 'request';
  return (await playRehearsal(quickRehearsal(adapter, { balancer, seed, clients: 4 }))).verdict;
}

/** What is worth reading of one that is not clean. */
function summaryOf({ seed, update, lost, faults, notes, pods }: Verdict): object {
  const exits = pods.map(({ name, stop, exit }) => ({ name, stop, exit }));
  return { seed, update, lost, faults: faults.map(({ code, evidence }) => `${code}: ${evidence}`), notes, exits };
}

describe('a service that stops in good order', () => {
  it(
    `is clean under ${SEEDS} seeds`,
    async () => {
      const seeds = Array.from({ length: SEEDS }, (_none, index) => FIRST_SEED + index);
      const unclean: object[] = [];
      const player = async (): Promise<void> => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
          const verdict = await rehearseSeed(seed);
          const isSilent = verdict.isClean && verdict.faults.length === 0 && verdict.duplicates.length === 0;
          if (!isSilent) unclean.push(summaryOf(verdict));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, player));
      expect(unclean).toEqual([]);
    },
    30 * MINUTES,
  );
});
