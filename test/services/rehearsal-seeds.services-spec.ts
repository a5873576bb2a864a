import { playRehearsal, type RehearsalOptions, toRequestKind, type Verdict } from 'nestjs-lifecycle-rollout';
import { join } from 'node:path';
import { compilePrograms } from '../docs/page-programs.js';
import { atOnce } from '../support/at-once.js';
import { quickRehearsal, REHEARSALS_AT_ONCE } from '../support/quick-rehearsal.js';
import { programFolders } from '../support/repository.js';

/** How many seeds, each another schedule of everything. `npm run test:seeds` plays 200. */
const SEEDS = Number(process.env['REHEARSAL_SEEDS'] ?? 8);
/** Where they begin, to play one again that has failed. */
const FIRST_SEED = Number(process.env['REHEARSAL_FIRST_SEED'] ?? 1);
const MINUTES = 60_000;

/** A rehearsal's verdict, and how many updates there were. */
interface Played {
  readonly kind: string;
  readonly verdict: Verdict;
  readonly updates: number;
}

/**
 * Correct services: by this library on both adapters, on the older Nest and without Nest, and by what its pages teach without any of it. Each has its turn with each
 * balancer.
 */
function correctServices(): readonly (readonly [kind: string, options: Partial<RehearsalOptions>])[] {
  const pathOf = compilePrograms('seeds-standalone', 'standalone');
  return [
    ['Nest 12, Express', quickRehearsal('express')],
    ['Nest 12, Fastify', quickRehearsal('fastify')],
    [
      'Nest 11, Express',
      { ...quickRehearsal('express'), command: ['node', join(programFolders[11], 'faulty-service.js')] },
    ],
    [
      'standalone, Express',
      quickRehearsal('node', {
        command: ['node', pathOf('express-main.ts')],
        env: { SHUTDOWN_LAME_DUCK: '1500ms', SHUTDOWN_GRACE_PERIOD: '6s' },
        requests: [toRequestKind({ path: '/orders' })],
      }),
    ],
    ['by hand, no framework', quickRehearsal('node')],
  ];
}

/** Nothing is lost, found or answered twice, and every request has its answer. */
function isSilent({ verdict, updates }: Played): boolean {
  const { isClean, faults, duplicates, requests } = verdict;
  const isAnswered = requests.answered > 0 && requests.answered === requests.sent;
  return isClean && faults.length === 0 && duplicates.length === 0 && isAnswered && updates === 1;
}

/** What is worth reading of one that is not clean. */
function summaryOf({ kind, verdict, updates }: Played): object {
  const { seed, update, requests, lost, faults, notes, pods } = verdict;
  const exits = pods.map(({ name, stop, exit }) => ({ name, stop, exit }));
  return {
    kind,
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

/** Many runs take long: each says how it went. */
function told(played: Played, seed: number): void {
  const { faults, notes } = played.verdict;
  const how = isSilent(played) ? 'silent' : `NOT SILENT: ${[...faults.map(({ code }) => code), ...notes].join('; ')}`;
  if (SEEDS > 20) process.stderr.write(`seed ${seed}, ${played.kind}: ${how}\n`);
}

describe('a service that stops in good order', () => {
  it(
    `is clean under ${SEEDS} seeds`,
    async () => {
      const services = correctServices();
      const seeds = Array.from({ length: SEEDS }, (_none, index) => FIRST_SEED + index);
      const rehearse = async (seed: number): Promise<Played> => {
        const [kind, options] = services[seed % services.length] ?? [];
        if (kind === undefined || options === undefined) throw new Error('a seed has a service');
        // Five services, and two balancers: each ten seeds have every pair once.
        const balancer = seed % 10 < 5 ? 'connection' : 'request';
        const whole = { ...quickRehearsal('node'), ...options, balancer, seed, clients: 4 } as const;
        const { verdict, events } = await playRehearsal(whole).catch((error: unknown) => {
          throw new Error(`seed ${seed}, ${kind}, could not be played`, { cause: error });
        });
        const one = { kind, verdict, updates: events.filter(({ type }) => type === 'update-started').length };
        told(one, seed);
        return one;
      };
      const played = await atOnce(
        REHEARSALS_AT_ONCE,
        seeds.map((seed) => () => rehearse(seed)),
      );
      expect(played.filter((one) => !isSilent(one)).map(summaryOf)).toEqual([]);
    },
    60 * MINUTES,
  );
});
