import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { chmod, symlink } from 'node:fs/promises';
import { relative } from 'node:path';
import { checkWorld, SHORT_GRACE } from '../../../../test/support/check-world.js';
import { ReadOnce } from './read-once.js';

const { at, write, run } = checkWorld();

afterEach(() => jest.restoreAllMocks());

/** How often files and folders below the test's own are read; the real functions do it. */
function reads(): { readonly files: () => Counts; readonly folders: () => Counts } {
  const own = (calls: readonly (readonly unknown[])[]): Counts => {
    const paths = calls.flatMap(([path]) => (typeof path === 'string' && path.startsWith(at()) ? [path] : []));
    return new Map(paths.map((path) => [relative(at(), path), paths.filter((one) => one === path).length]));
  };
  const [now, later] = [jest.spyOn(fs, 'readFileSync'), jest.spyOn(fsPromises, 'readFile')];
  const folders = jest.spyOn(fsPromises, 'readdir');
  return {
    files: () => own([...now.mock.calls, ...later.mock.calls]),
    folders: () => own(folders.mock.calls),
  };
}

type Counts = ReadonlyMap<string, number>;

function timesIn(counts: Counts, name: string): number {
  return counts.get(name) ?? 0;
}

/** As kustomize does of a single resource. */
const KUBECTL = `#!/bin/sh\n/bin/cat <<'END'\n${SHORT_GRACE}\nEND\n`;

describe('a run over many kustomizations', () => {
  const overlays = Array.from({ length: 12 }, (_, index) => `shop/overlays/${index}`);

  beforeEach(async () => {
    await write({
      'shop/base/kustomization.yaml': 'resources: [orders.yaml]\n',
      'shop/base/orders.yaml': SHORT_GRACE,
      'shop/package.json': '{"dependencies":{"express":"5"}}',
      'shop/compose.yaml': 'services: { orders: { image: shop, command: node main.js, env_file: a.env } }\n',
      'shop/a.env': 'SHUTDOWN_GRACE_PERIOD=90s\n',
      'bin/kubectl': KUBECTL,
      ...Object.fromEntries(overlays.map((name) => [`${name}/kustomization.yaml`, 'resources: [../../base]\n'])),
    });
    await chmod(at('bin/kubectl'), 0o755);
  });

  it('reads each file and each folder once', async () => {
    const { files, folders } = reads();
    const { out } = await run('check', 'shop', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ unusable: [], checked: { workloads: 12 } });
    const read = files();
    for (const name of ['base/orders.yaml', 'base/kustomization.yaml', 'package.json', 'compose.yaml', 'a.env']) {
      expect([name, timesIn(read, `shop/${name}`)]).toEqual([name, 1]);
    }
    for (const name of overlays) expect(timesIn(read, `${name}/kustomization.yaml`)).toBe(1);
    expect([...read].filter(([, times]) => times > 1)).toEqual([]);
    expect(timesIn(folders(), 'shop/base')).toBe(1);
    expect([...folders()].filter(([, times]) => times > 1)).toEqual([]);
  });

  it('reads each file once however often it is checked: with defaults of workloads, and round by round of fixes', async () => {
    await write({
      'check.yaml': 'overrides: [{ workloads: [orders], defaults: { boot: 2s } }]\n',
      'shop/orders.yaml': SHORT_GRACE,
    });
    const { files } = reads();
    await run('check', 'shop', '--config', 'check.yaml', '--fix');
    // A file that is written is compared with what it was checked as.
    const several = [...files()].filter(([, times]) => times > 1);
    expect(several).toEqual([
      ['shop/compose.yaml', 2],
      ['shop/orders.yaml', 2],
    ]);
  });
});

describe('files that are read once', () => {
  it('are the same by another name', async () => {
    await write({ 'a/one.yaml': 'a: 1\n' });
    await symlink(at('a'), at('b'));
    const { files, folders } = reads();
    const reader = new ReadOnce();
    expect(await reader.text(at('a/one.yaml'))).toBe('a: 1\n');
    expect(await reader.text(at('b/one.yaml'))).toBe('a: 1\n');
    expect(reader.neighbour(at('b/one.yaml'))).toBe('a: 1\n');
    expect(await reader.entries(at('a'))).toEqual(await reader.entries(at('b')));
    expect([...files(), ...folders()].map(([, times]) => times)).toEqual([1, 1]);
  });

  it('are the same when what names them comes first', async () => {
    await write({ 'package.json': '{}' });
    const { files } = reads();
    const reader = new ReadOnce();
    expect(reader.neighbour(at('package.json'))).toBe('{}');
    expect(reader.neighbour(at('package.json'))).toBe('{}');
    expect(await reader.text(at('package.json'))).toBe('{}');
    expect([...files()]).toEqual([['package.json', 1]]);
  });

  it('are none that may not be read, though another one may read them', async () => {
    await write({ 'secret.env': 'A=1' });
    const reader = new ReadOnce();
    expect(reader.neighbour(at('secret.env'))).toBe('A=1');
    expect(reader.neighbour(at('secret.env'), () => false)).toBeUndefined();
  });
});
