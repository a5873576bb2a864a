import { safeFields, safeLine } from './safe-fields.js';

describe('log lines', () => {
  it('are one line, and have an end', () => {
    expect(safeLine('hook a\nLOG stopped clean\u001B[2J')).toBe(String.raw`hook a\nLOG stopped clean\u001b[2J`);
    expect(safeLine('x'.repeat(3_000_000)).length).toBeLessThanOrEqual(16_000);
  });

  it('have fields that are limited and shown as escapes wherever they are nested', () => {
    const fields = safeFields({
      error: 'y'.repeat(3_000_000),
      report: { hooks: [{ name: 'a\nb', error: '\u202E' }], requests: { interrupted: Array(1000).fill('z') } },
      odd: [Symbol('s'), 12n, null, undefined, 4, true],
    });
    expect(String(fields['error']).length).toBeLessThanOrEqual(2000);
    expect(fields).toMatchObject({
      report: { hooks: [{ name: String.raw`a\nb`, error: String.raw`\u202e` }] },
      odd: ['Symbol(s)', '12', null, undefined, 4, true],
    });
    expect(JSON.stringify(fields).length).toBeLessThan(5000);
  });

  it('have durations in whole milliseconds, and other numbers as they are', () => {
    const fields = { elapsedMs: 1004.081496, items: [{ ageMs: 2.5, score: 2.5 }] };
    expect(safeFields(fields)).toEqual({ elapsedMs: 1004, items: [{ ageMs: 3, score: 2.5 }] });
  });

  it('keep the frames of a stack on lines of their own, and its message on one', () => {
    const stack = 'Error: a\nLOG forged\n    at one (a.ts:1)\n    at two (b.ts:2)';
    expect(safeFields({ stack })['stack']).toBe(
      String.raw`Error: a\nLOG forged` + '\n    at one (a.ts:1)\n    at two (b.ts:2)',
    );
  });
});
