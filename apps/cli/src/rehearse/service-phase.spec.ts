import { servicePhase } from './service-phase.js';

describe('servicePhase', () => {
  it.each([
    ['[Nest] 7  - 11/21/2026, 1:00:00 PM   DEBUG [GracefulShutdown] phase lame-duck', 'lame-duck'],
    ['{"level":"debug","message":"phase draining","phase":"draining"}', 'draining'],
    ['phase: closing, 3 in flight: GET /report', 'closing'],
  ])('reads %s', (line, phase) => {
    expect(servicePhase(line)).toBe(phase);
  });

  it.each(['listening on 3000', 'a new phase of the moon', 'phase drained'])('passes over %s', (line) => {
    expect(servicePhase(line)).toBeUndefined();
  });
});
