import { checkFiles } from '../check-files.js';
import { Source } from './source.js';
import { UnusableInput } from './unusable-input.js';
import { readYaml } from './yaml-reader.js';

function read(text: string) {
  return readYaml(new Source({ path: 'k8s/app.yaml', text }));
}

function refusalOf(text: string): UnusableInput {
  try {
    read(text);
  } catch (error) {
    if (error instanceof UnusableInput) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('reading YAML', () => {
  it('knows the place of every value', () => {
    const [document] = read('a:\n  b:\n    - c: 1\n    - c: 2\n');
    const field = document?.root.at('a', 'b', 1, 'c');
    expect(field).toMatchObject({ number: 2, position: { line: 4, column: 7 }, path: 'a.b[1].c' });
  });

  it('places what is missing at the nearest key around it', () => {
    const [document] = read('a:\n  b:\n    c: 1\n');
    expect(document?.root.at('a', 'b', 'x', 'y', 0)).toMatchObject({ exists: false, position: { line: 2, column: 3 } });
  });

  it('reads several documents, JSON, and lines that end as on Windows', () => {
    expect(read('a: 1\r\n---\r\n---\r\nb: 2\r\n').map(({ root }) => root.position.line)).toEqual([1, 4]);
    expect(read('{\n\t"a": {\n\t\t"b":[1, 2]\n\t}\n}')[0]?.root.at('a', 'b', 1)).toMatchObject({ number: 2 });
    expect(read('')).toEqual([]);
  });

  it('reads JSON texts one after the other, with their places', () => {
    const texts = read('\uFEFF{"a": "}{"}\n{"b":\n  ["\\"{", {}]}{"c": 1}\n');
    expect(texts.map(({ root }) => root.entries.map(([key, { position }]) => [key, position]))).toEqual([
      [['a', { line: 1, column: 3 }]],
      [['b', { line: 2, column: 2 }]],
      [['c', { line: 3, column: 16 }]],
    ]);
    expect(refusalOf('{"a": 1}\n{"b": [}\n')).toMatchObject({ code: 'BROKEN_SYNTAX', line: 2 });
    expect(refusalOf('{"a": 1}\nb: 1\n')).toMatchObject({ code: 'BROKEN_SYNTAX', line: 2 });
    expect(read('{"a": 1}\n---\n{b: it"s}\n')).toHaveLength(2);
  });

  it('says which template a document was rendered from', () => {
    const text = '---\n# Source: shop/templates/a.yaml\na: 1\n---\n# Source: shop/templates/b.yaml\nb: 1\n---\nc: 1\n';
    expect(read(text).map(({ template }) => template)).toEqual([
      'shop/templates/a.yaml',
      'shop/templates/b.yaml',
      undefined,
    ]);
  });

  it('follows aliases and merge keys, and knows that they are shared', () => {
    const [document] = read('base: &base { a: 1, b: 2 }\nown: { <<: *base, b: 3 }\nsame: *base\n');
    expect(document?.root.at('own', 'a')).toMatchObject({ number: 1, isShared: true });
    expect(document?.root.at('own', 'b')).toMatchObject({ number: 3, isShared: false });
    expect(document?.root.at('same', 'a')).toMatchObject({ number: 1, isShared: true });
    expect(document?.root.at('base', 'a')).toMatchObject({ number: 1, isShared: true });
  });

  it('reads past a byte order mark', () => {
    expect(read('\uFEFFa: 1\n')[0]?.root.at('a')).toMatchObject({ number: 1, position: { line: 1, column: 2 } });
  });

  it('takes null for what is missing', () => {
    expect(read('a:\nb: null\n')[0]?.root.at('b')).toMatchObject({ exists: false, position: { line: 2, column: 1 } });
  });
});

describe('YAML that cannot be used', () => {
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]']
    .concat(
      Array.from(
        { length: 9 },
        (_, level) => `b${level}: &b${level} [${`*${level === 0 ? 'a' : `b${level - 1}`},`.repeat(9)}]`,
      ),
    )
    .join('\n');

  it.each([
    ['an alias bomb', bomb, 'TOO_MANY_ALIASES'],
    ['an anchor that contains itself', 'a: &a [*a]', 'BROKEN_SYNTAX'],
    ['an alias of nothing', 'a: *b', 'BROKEN_SYNTAX'],
    ['more than 10 MB', `# ${'x'.repeat(10 * 1024 * 1024)}`, 'TOO_LARGE'],
    ['more objects than are compared, before it is parsed', `${'kind: A\n---\n'.repeat(3001)}a: [`, 'TOO_LARGE'],
    ['lines that end as on old Macs', 'a: 1\rb: 2\r', 'BROKEN_SYNTAX'],
    ['bytes that are no text', 'a: \0\0', 'NOT_TEXT'],
    ['UTF-16 read as UTF-8', '\uFFFD\uFFFDa\0:\0', 'NOT_TEXT'],
    ['endless brackets', '['.repeat(1_000_000), 'TOO_DEEP'],
    ['deep lists', `${'- '.repeat(100_000)}x`, 'TOO_DEEP'],
    ['deep brackets', `${'['.repeat(300)}${']'.repeat(300)}`, 'TOO_DEEP'],
    ['deep mappings', Array.from({ length: 300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), 'TOO_DEEP'],
    ['a key that is there twice', 'a: 1\nb: 2\na: 3\n', 'DUPLICATE_KEY'],
    ['tabs', 'a:\n\tb: 1\n', 'BROKEN_SYNTAX'],
    ['a bracket that never closes', 'a: [1, 2\nb: 3\n', 'BROKEN_SYNTAX'],
    ['a list as a key', '? [a, b]\n: 1\n', 'BROKEN_SYNTAX'],
    ['a template', 'replicas: {{ .Values.replicas }}\n', 'NOT_RENDERED'],
    ['a template in quotes', 'image: "{{ .Values.image }}:{{ .Chart.AppVersion }}"\n', 'NOT_RENDERED'],
    ['a template with blocks', 'spec:\n  {{- if .Values.on }}\n  a: 1\n  {{- end }}\n', 'NOT_RENDERED'],
  ])('is refused: %s', (_what, text, code) => {
    expect(refusalOf(text).code).toBe(code);
  });

  it('says where it is, and what to type', () => {
    expect(refusalOf('a: 1\nb: 2\n  \na: 3\n')).toMatchObject({
      file: 'k8s/app.yaml',
      line: 4,
      column: 1,
      message:
        'k8s/app.yaml:4:1: the key "a" is here for the second time (the first is on line 1), and only one of them ' +
        'counts. Delete one of the two.',
    });
    expect(refusalOf('a:\n\tb: 1\n').remedy).toContain('expand -t 2');
    expect(refusalOf('a: {{ .Values.x }}\n').remedy).toContain('helm template');
  });

  it('gives no parser brackets without end', () => {
    expect(refusalOf('['.repeat(1_000_000))).toMatchObject({ line: 1, column: 5001 });
  });

  it('leaves alone what only carries braces in a text', () => {
    const text =
      'data:\n  alert.tmpl: |\n    {{ range .Alerts }}{{ .Labels }}{{ end }}\n  step: "{{workflow.name}}"\n  alert: "{{ $labels.pod }}: {{ printf .x }}"\n';
    expect(read(text)).toHaveLength(1);
  });

  it('takes time that grows with its size', () => {
    const flat = Array.from({ length: 50_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(read(flat)[0]?.root.entries).toHaveLength(50_000);
  });

  it('does not keep the other files from being checked', () => {
    const result = checkFiles([
      { path: 'broken.yaml', text: 'a: [' },
      { path: 'crd.yaml', text: 'apiVersion: example.org/v1\nkind: Thing\nspec: {}\n' },
    ]);
    expect(result.unusable.map(({ file }) => file)).toEqual(['broken.yaml']);
    expect(result.checked).toEqual({ files: 1, workloads: 0, platforms: 0 });
  });
});
