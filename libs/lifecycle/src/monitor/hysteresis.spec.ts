import { Hysteresis, type Reading } from './hysteresis.js';

function turnsOf(times: number, readings: readonly Reading[]): number[] {
  const hysteresis = new Hysteresis(times);
  return readings.flatMap((reading, index) => (hysteresis.read(reading) ? [index] : []));
}

describe('hysteresis', () => {
  it('turns with the last of several readings in a row, and back in the same way', () => {
    expect(turnsOf(3, ['unwell', 'unwell', 'unwell', 'unwell', 'well', 'well', 'well', 'well'])).toEqual([2, 6]);
  });

  it('begins to count anew after any other reading, also one between the limits', () => {
    expect(turnsOf(3, ['unwell', 'unwell', 'well', 'unwell', 'unwell', 'between', 'unwell', 'unwell'])).toEqual([]);
    expect(turnsOf(2, ['unwell', 'unwell', 'well', 'between', 'well', 'unwell', 'well', 'well'])).toEqual([1, 7]);
  });
});
