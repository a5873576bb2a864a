import { escapeText, nameText, shorten, textOf } from './safe-text.js';

describe('text of others', () => {
  it.each([
    ['a\nb\r\tc', String.raw`a\nb\r\tc`],
    ['\u001B[31mred\u009B0m', String.raw`\u001b[31mred\u009b0m`],
    ['\u2028x\u2029', String.raw`\u2028x\u2029`],
    ['user\u202Egnp.exe\u2066', String.raw`user\u202egnp.exe\u2066`],
    ['a\u200Bb\uFEFF', String.raw`a\u200bb\ufeff`],
    ['half \uD800', String.raw`half \ud800`],
    ['tag \u{E0041}', String.raw`tag \udb40\udc41`],
    ['Größe 👍 日本', 'Größe 👍 日本'],
  ])('shows control and direction characters as escapes, and leaves all others (%#)', (text, shown) => {
    expect(escapeText(text)).toBe(shown);
    expect(escapeText(shown)).toBe(shown);
  });

  it('keeps the beginning of a long text, and says how long it was', () => {
    expect(shorten('short', 10)).toBe('short');
    const text = shorten('x'.repeat(3_000_000), 100);
    expect(text).toHaveLength(100);
    expect(text).toMatch(/^x+ … \(3000000 characters\)$/);
    expect(shorten(text, 100)).toBe(text);
  });

  it('makes a name of anything', () => {
    expect(nameText('import\norders')).toBe(String.raw`import\norders`);
    expect(nameText('\n'.repeat(1_000_000))).toHaveLength(300);
    expect(nameText(Symbol('job'))).toBe('Symbol(job)');
    expect(textOf(Object.create(null))).toBe('a value of type object that cannot be shown');
  });
});
