import { readFile } from 'node:fs/promises';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { CONFIG_NAME } from './check-config.js';
import { globPattern, isMatched } from './glob.js';

const { at, write, run } = checkWorld();

const RULE = 'grace-period-too-short';

async function ruleLines(...args: readonly string[]): Promise<readonly string[]> {
  const { out } = await run('check', '.', ...args);
  return out.split('\n').filter((line) => line.endsWith(`[${RULE}]`));
}

describe('patterns', () => {
  it.each([
    ['old', 'k8s/old/a.yaml', true],
    ['old', 'k8s/older/a.yaml', false],
    ['*.tpl.yaml', 'k8s/a.tpl.yaml', true],
    ['k8s/*.yaml', 'k8s/a.yaml', true],
    ['k8s/*.yaml', 'k8s/b/a.yaml', false],
    ['k8s/**', 'k8s/b/a.yaml', true],
    ['**/b/?.yaml', './k8s/b/a.yaml', true],
    ['k8s/', String.raw`k8s\b\a.yaml`, true],
    ['a+b(c).yaml', 'a+b(c).yaml', true],
  ])('%s for %s: %s', (glob, path, expected) => {
    expect(isMatched(path, [globPattern(glob)])).toBe(expected);
  });
});

describe('what a team leaves out', () => {
  it('is not even read', async () => {
    await write({ 'a/orders.yaml': SHORT_GRACE, 'old/broken.yaml': 'kind: [' });
    expect((await run('check', '.')).code).toBe(2);
    expect((await run('check', '.', '--exclude', 'old')).code).toBe(1);
    await write({ [CONFIG_NAME]: "exclude: ['old/**']\n" });
    expect((await run('check', '.')).code).toBe(1);
  });
});

describe('the configuration', () => {
  beforeEach(() => write({ 'eu/orders.yaml': SHORT_GRACE, 'us/orders.yaml': SHORT_GRACE }));

  it('leaves rules out, and changes how bad they are', async () => {
    expect(await ruleLines()).toHaveLength(1);
    await write({ [CONFIG_NAME]: `rules:\n  ${RULE}: off\n` });
    expect(await ruleLines()).toEqual([]);
    await write({ [CONFIG_NAME]: `rules:\n  ${RULE}: note\n` });
    expect((await ruleLines())[0]).toContain(': note: ');
    expect((await run('check', '.')).code).toBe(0);
    await write({ 'strict.yaml': `rules:\n  ${RULE}: error\n` });
    expect((await ruleLines('--config', 'strict.yaml'))[0]).toContain(': error: ');
  });

  it('may hold for some files and workloads, each place by itself', async () => {
    const override = (parts: string): string => `overrides:\n  - { ${parts}, rules: { ${RULE}: note } }\n`;
    await write({ [CONFIG_NAME]: override('files: [us/**]') });
    const lines = await ruleLines();
    expect(lines.map((line) => line.replace(/: Deployment .*/, ''))).toEqual([
      'eu/orders.yaml:11:7: error',
      'us/orders.yaml:11:7: note',
    ]);
    await write({ [CONFIG_NAME]: override('workloads: [ord*]') });
    expect((await ruleLines())[0]).toContain(': note: ');
    await write({ [CONFIG_NAME]: override('files: us, workloads: [basket]') });
    expect((await ruleLines())[0]).toContain(': error: ');
  });

  it('says times that no file says', async () => {
    const file = `${SHORT_GRACE}---\napiVersion: v1\nkind: Service\nmetadata: { name: orders }\nspec: { selector: { app: orders } }\n`;
    await write({ 'eu/orders.yaml': file, 'us/orders.yaml': '' });
    const isShort = async (): Promise<boolean> => (await run('check', '.')).out.includes('[lame-duck-too-short]');
    await write({ [CONFIG_NAME]: 'defaults: { routingDelay: 1s }\n' });
    expect(await isShort()).toBe(false);
    await write({ [CONFIG_NAME]: 'defaults: { routingDelay: 20s }\n' });
    expect(await isShort()).toBe(true);
  });

  it('may say them of some files and workloads, each place by itself, and the last one counts', async () => {
    const front =
      '---\napiVersion: v1\nkind: Service\nmetadata: { name: orders }\nspec: { selector: { app: orders } }\n';
    const text = `${SHORT_GRACE}${front}`;
    await write({ 'eu/orders.yaml': text, 'us/orders.yaml': text });
    const shortIn = async (overrides: readonly string[]): Promise<readonly string[]> => {
      const list = overrides.map((one) => `  - ${one}\n`).join('');
      await write({ [CONFIG_NAME]: `defaults: { routingDelay: 1s, boot: 5s }\noverrides:\n${list}` });
      const { findings } = JSON.parse((await run('check', '.', '--format', 'json')).out) as {
        findings: readonly { rule: string; file: string; also?: readonly { file: string }[] }[];
      };
      const short = findings.filter(({ rule }) => rule === 'lame-duck-too-short');
      const others = short.flatMap(({ also = [] }) => also);
      return [...short, ...others].map((place) => place.file);
    };
    expect(await shortIn(["{ files: ['us/**'], defaults: { routingDelay: 20s } }"])).toEqual(['us/orders.yaml']);
    expect(await shortIn(["{ workloads: ['ord*'], defaults: { routingDelay: 20s } }"])).toEqual([
      'eu/orders.yaml',
      'us/orders.yaml',
    ]);
    expect(
      await shortIn([
        "{ workloads: ['ord*'], defaults: { routingDelay: 20s } }",
        '{ files: [eu], defaults: { routingDelay: 2s } }',
      ]),
    ).toEqual(['us/orders.yaml']);
    expect(await shortIn(['{ workloads: [basket], defaults: { routingDelay: 20s } }'])).toEqual([]);
  });

  it.each([
    [
      `rules: { grace-period-to-short: off }`,
      `rules.grace-period-to-short: there is no such rule; did you mean ${RULE}?`,
    ],
    [`rules: { ${RULE}: warn }`, `rules.${RULE}: write one of off, note, warning, error`],
    ['rule: {}', 'rule: there is no such key; did you mean rules?'],
    ['overrides: [{ rules: {} }]', 'overrides[0]: say which files or workloads it is for'],
    ['overrides: [{ file: [a], workloads: [b] }]', 'overrides[0].file: there is no such key; did you mean files?'],
    ['overrides: 1', 'overrides: write a list, each with files or workloads, and rules or defaults'],
    [
      'overrides: [{ files: [a], defaults: { boot: 30 } }]',
      'overrides[0].defaults.boot: write a time with its unit, as 30s, 500ms or 2m',
    ],
    [
      'overrides: [{ files: [a], defaults: { bot: 30s } }]',
      'overrides[0].defaults.bot: there is no such key; did you mean boot?',
    ],
    ['defaults: { boot: 30 }', 'defaults.boot: write a time with its unit, as 30s, 500ms or 2m'],
    ['exclude: [1]', "exclude: write a list of patterns, as ['k8s/old/**']"],
    ['baseline: [a]', 'baseline: write the name of a file'],
    ['- a', 'it: write keys and values'],
    ['a: [', 'this is not YAML: '],
  ])('is refused with what is meant: %s', async (text, message) => {
    await write({ [CONFIG_NAME]: `${text}\n` });
    const { code, err } = await run('check', '.');
    expect(code).toBe(2);
    expect(err).toContain(`${CONFIG_NAME}: ${message}`);
  });

  it('has to be there when it is named', async () => {
    const { code, err } = await run('check', '.', '--config', 'none.yaml');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'cannot read --config none.yaml (ENOENT): name a file that is there\n',
    });
  });
});

describe('a baseline', () => {
  it('holds what is known, wherever its line is, and says what is gone', async () => {
    await write({ 'eu/orders.yaml': SHORT_GRACE, 'us/orders.yaml': SHORT_GRACE });
    const written = await run('check', '.', '--baseline', 'known.json', '--update-baseline');
    expect(written.code).toBe(0);
    const again = await run('check', '.', '--baseline', 'known.json');
    expect(again.code).toBe(0);
    expect(again.err).toMatch(/^\d+ known from known\.json\n$/);
    await write({ 'us/orders.yaml': `# moved\n${SHORT_GRACE}`, 'new/orders.yaml': SHORT_GRACE });
    const { code } = await run('check', '.', '--baseline', 'known.json');
    expect(code).toBe(1);
    expect((await ruleLines('--baseline', 'known.json')).map((line) => line.replace(/: error.*/, ''))).toEqual([
      'new/orders.yaml:11:7',
    ]);
    await write({ [CONFIG_NAME]: 'baseline: known.json\n', 'us/orders.yaml': '', 'new/orders.yaml': '' });
    expect((await run('check', '.')).err).toMatch(
      /; \d+ of it are no longer found: --update-baseline takes them out\n$/,
    );
    await run('check', '.', '--update-baseline');
    expect(await readFile(at('known.json'), 'utf8')).not.toContain('us/orders.yaml');
  });

  it.each([
    [['--update-baseline'], '--update-baseline: name the file, too: --baseline known.json'],
    [['--baseline', 'none.json'], 'cannot read --baseline none.json (ENOENT): write it first'],
    [['--baseline', 'orders.yaml'], 'orders.yaml is no baseline: write it anew'],
    [['--baseline', 'empty.json'], 'empty.json is no baseline: write it anew'],
  ])('is refused with what to type: %s', async (args, message) => {
    await write({ 'orders.yaml': SHORT_GRACE, 'empty.json': '{"findings":[{"rule":"a"}]}' });
    const { code, err } = await run('check', '.', ...args);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
