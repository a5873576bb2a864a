import { playRehearsal, type Rehearsal } from 'nestjs-lifecycle-rollout';
import { quickRehearsal } from '../support/quick-rehearsal.js';

/** What the primary of each pod has written. */
function primaryLines({ events }: Rehearsal, line: RegExp): string[] {
  return events
    .flatMap((event) => (event.type === 'log-written' && line.test(event.line) ? [event.pod] : []))
    .toSorted();
}

describe('a rehearsal of a service of four processes', () => {
  it.each(['express', 'fastify'] as const)(
    'loses nothing with %s, and every worker has stopped in order',
    async (kind) => {
      const rehearsal = await playRehearsal(
        quickRehearsal(kind, { gracePeriod: '30s', env: { WORKERS: '4', SHUTDOWN_GRACE_PERIOD: '30s' } }),
      );
      const { verdict } = rehearsal;
      expect(verdict).toMatchObject({ update: 'complete', lost: [], faults: [], duplicates: [], isClean: true });
      expect(verdict.requests.answered).toBeGreaterThan(0);
      expect(verdict.requests.answered).toBe(verdict.requests.sent);
      expect(primaryLines(rehearsal, /cluster: 4 workers are ready/)).toEqual(['v1-1', 'v1-2', 'v2-1', 'v2-2']);
      const all = [1, 2, 3, 4].map((id) => `${id}: stopped with 0`).join(', ');
      expect(primaryLines(rehearsal, new RegExp(`cluster: stopped after .* with 0 \\(workers ${all}\\)`))).toEqual([
        'v1-1',
        'v1-2',
      ]);
    },
  );
});
