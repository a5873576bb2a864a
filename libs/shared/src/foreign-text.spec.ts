import { inert, inertJson, linesOf, oneLineOf } from './foreign-text.js';

describe('a text of somebody else', () => {
  it('stays on its line, with every character in sight', () => {
    expect(oneLineOf('a\nb\r\nc\td')).toBe(String.raw`a\nb\r\nc\td`);
    expect(oneLineOf('\u001b[31mred\u202eevil\u2066\u200b\u{e0041}')).toBe(
      String.raw`\u001b[31mred\u202eevil\u2066\u200b\u{e0041}`,
    );
    expect(oneLineOf('\u2028\u0085\ud800')).toBe(String.raw`\u2028\u0085\ud800`);
  });

  it('stays as it is where there is nothing to hide', () => {
    const text = 'grüße, 日本 👍 — std::vector a::b # [x]';
    expect(oneLineOf(text)).toBe(text);
  });

  it('keeps the line breaks of several lines, and nothing else', () => {
    expect(linesOf('a\r\nb\u0007\n  c')).toBe('a\nb\\u0007\n  c');
  });

  it.each(['::error::x', '  ::stop-commands::t', '\t::add-mask::x', '\u001b[31m::error::x'])(
    'is no command of GitHub Actions: %j',
    (line) => {
      // As its runner reads it, which strips blanks and knows the commands by their first characters.
      expect(inert(`before\n${line}`).split('\n').at(-1)?.replace('\u001b[31m', '').trimStart()).toMatch(/^\\u003a:/);
    },
  );

  it.each(['x ##[error]y', '##vso[task.setvariable]y', 'z ##teamcity[buildStop]', '##[group]##[error]'])(
    'is no command of other runners: %j',
    (line) => {
      expect(inert(line)).not.toMatch(/##(?:\[|vso\[|teamcity\[)/);
    },
  );

  it('is the same when parsed out of JSON', () => {
    const value = { name: '::error::a\n##[error]b\u202e\u{e0041}\u007f', list: ['##vso[x]'] };
    const json = inertJson(JSON.stringify(value, undefined, 2));
    expect(JSON.parse(json)).toEqual(value);
    expect(json).not.toMatch(/##\[|##vso|[\u202e\u007f]/);
  });
});
