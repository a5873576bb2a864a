import { countObjects } from './object-count.js';

const object = 'apiVersion: v1\nkind: ConfigMap\ndata:\n  - kind: none\n  kind: none\n';

function indented(text: string, by: string): string {
  return text.trimEnd().replaceAll('\n', `\n${by}`);
}

function list(indent: string): string {
  const items = [1, 2, 3].map(() => `${indent}- ${indented(object, `${indent}  `)}\n`).join('');
  return `apiVersion: v1\nitems:\n${items}kind: List\n`;
}

describe('counting objects without parsing', () => {
  it.each([
    ['documents', `${object}---\n${object}--- # b\n${object}`, 3],
    ['the items of a list', list(''), 3],
    ['the items of an indented list', list('  '), 3],
    ['lists and documents', `${list('')}---\n${object}---\n${list(' ')}`, 7],
    ['lines that end as on Windows', list('').replaceAll('\n', '\r\n'), 3],
    ['a list in JSON', '{"kind":"PodList","items":[{"kind":"Pod","a":[{}]},{"b":"{}[]\\"{"}]}', 2],
    ['JSON texts', '{"kind":"Pod"}\n{"kind":"Pod"}', 2],
    ['no object', 'items:\n  - a\n  - b\n', 0],
    ['items of something else', `${object}items:\n  - a\n  - b\n`, 1],
  ])('finds %s', (_what, text, count) => {
    expect(countObjects(text)).toBe(count);
  });

  it('takes no longer for strings that do not end', () => {
    expect(countObjects(`{"kind":"List","a": "${'\\"'.repeat(2_000_000)}`)).toBe(0);
  });
});
