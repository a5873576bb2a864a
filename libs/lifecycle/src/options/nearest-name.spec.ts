import { nearestName } from './nearest-name.js';

const NAMES = ['min', 'max', 'quiet', 'untilProbesFailed'];

describe('nearestName', () => {
  it.each([
    ['mni', 'min'],
    ['mx', 'max'],
    ['Max', 'max'],
    ['maxMs', 'max'],
    ['quite', 'quiet'],
    ['untilProbeFails', 'untilProbesFailed'],
    ['quiet', 'quiet'],
  ])('takes %s for %s', (written, name) => {
    expect(nearestName(written, NAMES)).toBe(name);
  });

  it.each(['silence', 'timeout', 'x', '', 'm'])('does not guess what %p means', (written) => {
    expect(nearestName(written, NAMES)).toBeUndefined();
  });

  it('takes the nearest of several', () => {
    expect(nearestName('retryAftr', ['retry', 'retryAfter', 'after'])).toBe('retryAfter');
  });
});
