import { filesOf, LOSSES } from '../../../test/support/losses.js';
import { checkFiles } from './check-files.js';

/** Which rule says what, of everything that is found. */
function saidOf(texts: readonly string[]): readonly string[] {
  const { findings, unusable } = checkFiles(filesOf(texts), { facts: { usesModule: true } });
  expect(unusable).toEqual([]);
  return findings.map(({ rule, severity, message }) => `${severity} ${rule}: ${message}`);
}

describe('what loses requests', () => {
  it.each(LOSSES.map((loss) => [loss.what, loss] as const))('is found: %s', (_what, { rule, said, wrong, right }) => {
    expect(saidOf(wrong)).toContainEqual(expect.stringContaining(said));
    expect(saidOf(right)).not.toContainEqual(expect.stringContaining(` ${rule}: `));
  });
});
