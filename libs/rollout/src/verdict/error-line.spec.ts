import { errorLineOf } from './error-line.js';

describe('errorLineOf', () => {
  it('quotes the error of an uncaught exception, not the source, the caret or a brace around it', () => {
    const printed = [
      '/srv/main.js:4',
      "setTimeout(() => { throw new Error('config key missing: PAYMENTS_URL'); }, 3000);",
      '                   ^',
      '',
      'Error: config key missing: PAYMENTS_URL',
      '    at Timeout._onTimeout (/srv/main.js:4:26)',
      '    at listOnTimeout (node:internal/timers:581:17) {',
      "  code: 'E_CONFIG'",
      '}',
      '',
      'Node.js v20.20.2',
    ];
    expect(errorLineOf(printed)).toBe('Error: config key missing: PAYMENTS_URL');
  });

  it('quotes the first error where there are several', () => {
    expect(errorLineOf(['TypeError: a is not a function', 'Error: closed', 'Error: closed'])).toBe(
      'TypeError: a is not a function',
    );
  });

  it('prefers a line that speaks of an error to one before it', () => {
    expect(errorLineOf(['stopping', 'redis: flush failed, 3 writes left'])).toBe('redis: flush failed, 3 writes left');
  });

  it('falls back to the first line with words', () => {
    expect(errorLineOf(['}', '  ', 'out of memory', 'bye'])).toBe('out of memory');
    expect(errorLineOf(['}', ''])).toBeUndefined();
  });

  it('shortens what is long', () => {
    expect(errorLineOf([`Error: ${'x'.repeat(500)}`])).toHaveLength(160);
  });
});
