import { readDocument } from './read-document.js';

const read = (text: string) => readDocument({ text, file: 'load.yaml' });

describe('readDocument', () => {
  it('reads YAML, JSON, and YAML that begins like JSON', () => {
    expect(read('a: 1\nb: [x]')).toEqual({ a: 1, b: ['x'] });
    expect(read('\uFEFF{"a": 1}')).toEqual({ a: 1 });
    expect(read('{ a: 1, b: [x] }')).toEqual({ a: 1, b: ['x'] });
    expect(read('a: &x { b: 1 }\nc: *x')).toEqual({ a: { b: 1 }, c: { b: 1 } });
  });

  it.each([
    ['nothing', '  \n', 'is empty'],
    ['bytes', 'PK\u0003\u0004\0\0', 'is no text'],
    ['broken YAML', 'requests:\n  - path: /\n    body: "x', 'line 3, column 13: Missing closing "quote'],
    ['broken JSON', '{"a": 1', 'line 1, column'],
    ['a key that is there twice', 'a: 1\na: 2', 'has the key "a" twice in one place'],
    ['an alias of nothing', 'a: *b', 'aliases'],
    ['something deep', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'is nested deeper than 200 levels'],
    ['deep YAML', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'is nested deeper'],
    ['something that holds itself', '&a [*a]', 'is nested deeper'],
    ['too much', `a: ${'x'.repeat(4 * 1024 * 1024)}`, 'is larger than 4 MB'],
  ])('refuses %s and says why', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow('No requests from load.yaml');
  });

  it('refuses aliases that stand for more than there is memory for', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 20; level += 1) {
      lines.push(`a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`);
    }
    expect(() => read(lines.join('\n'))).toThrow('aliases');
  });

  it('ends soon with very many keys', () => {
    const text = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(Object.keys(read(text) as object)).toHaveLength(30_000);
  });
});
