import { type Finding } from './finding.js';
import { type Field } from '../source/field.js';
import { Source } from '../source/source.js';
import { readYaml } from '../source/yaml-reader.js';
import { applyFixes } from './apply-fixes.js';
import { addEntry, replaceValue, type TextEdit } from '../edits/text-edit.js';

function rootOf(text: string): Field {
  const [document] = readYaml(new Source({ path: 'a.yaml', text }));
  if (document === undefined) throw new Error('there is no document');
  return document.root;
}

function findingWith(edits: readonly TextEdit[], isSafe = true): Finding {
  const place = { file: 'a.yaml', line: 1, column: 1 };
  const words = { rule: 'r', subject: 's', message: 'm', why: 'w', remedy: 'r' };
  return { ...place, ...words, severity: 'error', fix: { isSafe, edits } };
}

/** The text after one edit. */
function edited(text: string, edit: (root: Field) => readonly TextEdit[]): string {
  return applyFixes({ path: 'a.yaml', text }, [findingWith(edit(rootOf(text)))]).text;
}

describe('edits', () => {
  it('replace a value, and keep comments and quotes', () => {
    expect(edited('a: 1 # one\nb: 2\n', (root) => replaceValue(root.at('a'), 10))).toBe('a: 10 # one\nb: 2\n');
    expect(edited("a: '1s'\n", (root) => replaceValue(root.at('a'), '2s'))).toBe("a: '2s'\n");
    expect(edited('{"a":"1"}', (root) => replaceValue(root.at('a'), '2'))).toBe('{"a":"2"}');
    expect(edited('a: x\n', (root) => replaceValue(root.at('a'), 'yes: no'))).toBe('a: "yes: no"\n');
  });

  it('add a key after the last one that fits in a line', () => {
    const text = '# top\nspec:\n  name: a # the name\n  # about the list\n  list:\n    - x: 1\n';
    const added = '# top\nspec:\n  name: a # the name\n  on: true\n  # about the list\n  list:\n    - x: 1\n';
    expect(edited(text, (root) => addEntry(root.at('spec'), 'on', true))).toBe(added);
  });

  it('add a key where all others have lines of their own', () => {
    const text = 'spec:\n  list:\n    - x:\n        y: 1\n';
    expect(edited(text, (root) => addEntry(root.at('spec'), 'a', { b: 1 }))).toBe(
      'spec:\n  a:\n    b: 1\n  list:\n    - x:\n        y: 1\n',
    );
    expect(edited(text, (root) => addEntry(root.at('spec', 'list', 0), 'z', 2))).toBe(
      'spec:\n  list:\n    - z: 2\n      x:\n        y: 1\n',
    );
  });

  it('add no key between another and its comments', () => {
    const text = 'spec:\r\n  # why\r\n  # this list\r\n  list:\r\n    - x: 1\r\n';
    expect(edited(text, (root) => addEntry(root.at('spec'), 'a', { b: 1 }))).toBe(
      text.replace('  # why', '  a:\r\n    b: 1\r\n  # why'),
    );
    const inList = 'a:\n  # why\n  - b:\n      c: 1\n';
    expect(edited(inList, (root) => addEntry(root.at('a', 0), 'z', 2))).toBe(
      'a:\n  # why\n  - z: 2\n    b:\n      c: 1\n',
    );
  });

  it('add a key within brackets, in JSON and at the end of a file without a line break', () => {
    expect(edited('a: { b: 1 }\n', (root) => addEntry(root.at('a'), 'c', [1]))).toBe('a: {c: [1],  b: 1 }\n');
    expect(edited('{"a":{}}', (root) => addEntry(root.at('a'), 'c', 'x'))).toBe('{"a":{"c": "x"}}');
    expect(edited('a: 1', (root) => addEntry(root, 'b', 2))).toBe('a: 1\nb: 2');
  });

  it('keep the line breaks of Windows', () => {
    expect(edited('a:\r\n  b: 1\r\n', (root) => addEntry(root.at('a'), 'c', { d: 2 }))).toBe(
      'a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\n',
    );
  });

  it('do nothing where there is nothing to edit', () => {
    const root = rootOf('a: 1\nb: |\n  x\n  y\n');
    expect(replaceValue(root.at('c'), 1)).toEqual([]);
    expect(replaceValue(root.at('b'), 1)).toEqual([]);
    expect(addEntry(root.at('a'), 'c', 1)).toEqual([]);
    expect(addEntry(root, 'a', 1)).toEqual([]);
  });
});

describe('applying fixes', () => {
  const file = { path: 'a.yaml', text: 'a: 1\nb: 2\nc: 3\n' };
  const root = rootOf(file.text);

  it('applies several, whatever their order', () => {
    const findings = ['c', 'a', 'b'].map((key) => findingWith(replaceValue(root.at(key), 10)));
    expect(applyFixes(file, findings).text).toBe('a: 10\nb: 10\nc: 10\n');
  });

  it('applies the unsafe ones only when asked to', () => {
    const findings = [findingWith(replaceValue(root.at('a'), 9), false)];
    expect(applyFixes(file, findings)).toMatchObject({ text: file.text, applied: [] });
    expect(applyFixes(file, findings, { unsafe: true }).text).toBe('a: 9\nb: 2\nc: 3\n');
  });

  it('leaves for the next run what touches another, and applies each as a whole', () => {
    const first = findingWith(replaceValue(root.at('a'), 10));
    const second = findingWith([...replaceValue(root.at('a'), 20), ...replaceValue(root.at('b'), 20)]);
    expect(applyFixes(file, [first, second])).toMatchObject({ text: 'a: 10\nb: 2\nc: 3\n', applied: [first] });
  });

  it.each([
    ['end', { start: 18, end: 19 }],
    ['beginning', { start: -1, end: 0 }],
    ['own end', { start: 2, end: 1 }],
  ])('refuses a fix of another text, beyond its %s', (_what, span) => {
    const findings = [findingWith([{ file: 'a.yaml', text: 'x', ...span }])];
    expect(() => applyFixes(file, findings)).toThrow(/^a fix lies outside of a\.yaml, .*: check the text again/);
  });

  it('leaves the files of others alone', () => {
    const elsewhere = replaceValue(root.at('a'), 10).map((edit) => Object.assign({}, edit, { file: 'b.yaml' }));
    expect(applyFixes(file, [findingWith(elsewhere)])).toMatchObject({ text: file.text, applied: [] });
  });
});
