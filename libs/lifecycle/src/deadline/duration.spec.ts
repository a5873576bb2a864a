import { formatDuration, parseDuration, parseEnvironmentDuration } from './duration.js';

const DAY_MS = 24 * 3_600_000;

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['0s', 0],
    ['24h', DAY_MS],
    ['  5 s ', 5000],
  ])('reads %p', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('takes a bare number as milliseconds', () => {
    expect(parseDuration(30)).toBe(30);
    expect(parseDuration(0)).toBe(0);
    expect(parseDuration(DAY_MS)).toBe(DAY_MS);
  });

  it.each([
    ['negative', -1],
    ['negative, written', '-5s'],
    ['not a number', NaN],
    ['infinite', Infinity],
    ['over a day', DAY_MS + 1],
    ['over a day, written', '25h'],
    ['a number in quotes', '30'],
    ['empty', ''],
    ['without an amount', 's'],
    ['in an unknown unit', '3d'],
    ['in capitals', '5S'],
    ['in words', 'five seconds'],
    ['of two parts', '1m30s'],
    ['in exponents', '1e3ms'],
    ['nothing', undefined],
    ['null', null],
    ['a boolean', true],
    ['a list', ['5s']],
    ['an object', { seconds: 5 }],
  ])('refuses what is %s', (_what, value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});

describe('parseEnvironmentDuration', () => {
  it.each([
    ['30', 30_000],
    [' 30 ', 30_000],
    ['1.5', 1500],
    ['0', 0],
    ['250ms', 250],
    ['5s', 5000],
    ['1m', 60_000],
  ])('reads %p, a bare number as seconds', (text, ms) => {
    expect(parseEnvironmentDuration(text)).toBe(ms);
  });

  it.each(['', ' ', '-5', '5d', 'soon', 'NaN', '90000', '1e3'])('refuses %p', (text) => {
    expect(parseEnvironmentDuration(text)).toBeUndefined();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0ms'],
    [0.4, '0ms'],
    [250, '250ms'],
    [999, '999ms'],
    [999.9, '1s'],
    [1000, '1s'],
    [1500, '1.5s'],
    [1234, '1.23s'],
    [12_345, '12.3s'],
    [90_000, '90s'],
  ])('writes %p ms as %p', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
