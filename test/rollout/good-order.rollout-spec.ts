import { playRehearsal } from 'nestjs-lifecycle-rollout';
import { quickRehearsal } from '../support/quick-rehearsal.js';

/** Services on Express and Fastify, under several seeds, are in `test/services/rehearsal-seeds.services-spec.ts`. */
describe('a rehearsal of a service without a framework that stops in good order', () => {
  it.concurrent.each(['connection', 'request'] as const)('finds nothing behind a balancer of %ss', async (balancer) => {
    const { verdict, events } = await playRehearsal(quickRehearsal('node', { balancer }));
    expect(verdict).toMatchObject({ update: 'complete', lost: [], faults: [], duplicates: [], isClean: true });
    expect(verdict.requests.answered).toBeGreaterThan(0);
    expect(verdict.requests.answered).toBe(verdict.requests.sent);
    expect(events.filter(({ type }) => type === 'update-started')).toHaveLength(1);
  });
});
