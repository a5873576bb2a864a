import { playRehearsal } from 'nestjs-lifecycle-rollout';
import { quickRehearsal, SERVICE_KINDS } from '../support/quick-rehearsal.js';

describe.each(SERVICE_KINDS)('a rehearsal of a service that stops in good order (%s)', (kind) => {
  it.each(['connection', 'request'] as const)('finds nothing behind a balancer of %ss', async (balancer) => {
    const { verdict, events } = await playRehearsal(quickRehearsal(kind, { balancer }));
    expect(verdict).toMatchObject({ update: 'complete', lost: [], faults: [], duplicates: [], isClean: true });
    expect(verdict.requests.answered).toBeGreaterThan(0);
    expect(verdict.requests.answered).toBe(verdict.requests.sent);
    expect(events.filter(({ type }) => type === 'update-started')).toHaveLength(1);
  });
});
