import { badValues } from '../programs/bad-values.js';
import { startProgram } from '../support/program.js';
import { NESTS } from '../support/program-kinds.js';

/** What each place makes of an end in which it did its worst. */
const PLACES = [
  ['nothing', 'clean'],
  ['logger', 'clean'],
  ['subscribers', 'clean'],
  ['gates', 'clean'],
  ['getters', 'clean'],
  ['options', 'clean'],
  ['factories', 'clean'],
  ['work', 'interrupted'],
  ['hooks', 'failed'],
] as const;

describe.each(NESTS)('a service on Nest %i that hands over values that throw, reject, hang or are huge', (nest) => {
  it.each(PLACES)('ends in time, with a report, after a signal (%s)', async (place, outcome) => {
    const program = startProgram('bad-values-service', { nest, env: { PLACE: place } });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect(output).toMatch(new RegExp(`^outcome: ${outcome}$`, 'm'));
    expect(code).toBe(outcome === 'clean' ? 0 : 1);
    // No value can pretend to be a line of ours, and none makes a line that no log takes.
    expect(output).not.toMatch(/^LOG \[GracefulShutdown\] stopped clean/m);
    expect(Math.max(...output.split('\n').map((line) => line.length))).toBeLessThan(20_000);
  });
});

describe('a reason that is no text', () => {
  const indices = badValues().flatMap(({ value }, index) => (value === undefined ? [] : [index]));

  it('stops the service all the same', async () => {
    const chosen = indices.filter((index) => ['a symbol', 'a revoked proxy'].includes(badValues()[index]?.name ?? ''));
    expect(chosen).toHaveLength(2);
    for (const index of chosen) {
      const program = startProgram('bad-values-service', { nest: 12, ipc: true });
      await program.waitForLine(/^listening on/);
      program.send(String(index));
      const { code, output } = await program.exit;
      expect([code, /^outcome: (.*)$/m.exec(output)?.[1]]).toEqual([0, 'clean']);
    }
  });
});
