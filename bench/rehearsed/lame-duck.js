// Usage: npm run bench:adaptive
// What the adaptive lame duck costs and saves beside a fixed one of 5 s: requests lost, and from SIGTERM to the exit of a pod.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { playRehearsal } from 'nestjs-lifecycle-rollout';
import { tableOf } from '../../scripts/markdown-tables.js';
import { median } from './figures.js';

const SEEDS = [1, 2, 3];
const here = dirname(fileURLToPath(import.meta.url));
const service = join(here, '../../dist/programs/nest12/faulty-service.js');
const polled = ['node', '--import', join(here, 'poller.js'), service];

/** @type {readonly { says: string, options: Partial<import('nestjs-lifecycle-rollout').RehearsalOptions> }[]} */
const PLACES = [
  { says: 'a small cluster (`cluster-ip`)', options: { endpointLag: 'cluster-ip' } },
  { says: '5,000 Services (`cluster-ip-large`)', options: { endpointLag: 'cluster-ip-large' } },
  { says: 'a small cluster, and a poller that never stops', options: { endpointLag: 'cluster-ip', command: polled } },
  { says: '5,000 Services, grace period 10 s', options: { endpointLag: 'cluster-ip-large', gracePeriod: '10s' } },
];

/**
 * @param {Partial<import('nestjs-lifecycle-rollout').RehearsalOptions>} options
 * @param {string | undefined} lameDuck
 */
async function play({ gracePeriod = '30s', ...options }, lameDuck) {
  const runs = await Promise.all(
    SEEDS.map((seed) =>
      playRehearsal({
        command: ['node', service],
        env: {
          ...{ KIND: 'express', NO_COLOR: '1', SHUTDOWN_GRACE_PERIOD: String(gracePeriod) },
          ...(lameDuck !== undefined && { SHUTDOWN_LAME_DUCK: lameDuck }),
        },
        readiness: { path: '/health/ready', period: '1s' },
        liveness: false,
        requests: ['GET /work'],
        rate: 50,
        clients: 0,
        gracePeriod,
        ...options,
        seed,
      }),
    ),
  );
  const stops = runs.flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.type !== 'container-exited') return [];
      const signal = events.find((other) => other.type === 'signal-sent' && other.pod === event.pod);
      return signal === undefined ? [] : [event.at - signal.at];
    }),
  );
  const lost = runs.map(({ verdict }) => verdict.requests.lost).join(', ');
  return { lost, stop: `${(median(stops) / 1000).toFixed(1)} s` };
}

const rows = [];
for (const { says, options } of PLACES) {
  const fixed = await play(options, options.gracePeriod === undefined ? '5s' : '2250ms');
  const adaptive = await play(options, undefined);
  rows.push([says, fixed.lost, adaptive.lost, fixed.stop, adaptive.stop]);
}
console.log(tableOf(['where', 'lost, fixed', 'lost, default', 'a stop takes, fixed', 'a stop takes, default'], rows));
