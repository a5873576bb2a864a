import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { StateFile } from './previous-run.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
  path = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ended = (more: object): string =>
  JSON.stringify({ version: 1, state: 'ended', outcome: 'clean', durationMs: 1, interrupted: 0, ...more });

describe('the state file of a run', () => {
  it('is not there at first, then tells of a run that was killed', () => {
    const file = new StateFile(path);
    expect(file.read()).toBeUndefined();
    file.begin();
    expect(new StateFile(path).read()).toEqual({ outcome: 'killed', durationMs: 0, interrupted: 0 });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('may be there and empty: made by hand, for its rights', () => {
    writeFileSync(path, '');
    expect(new StateFile(path).read()).toBeUndefined();
  });

  it.each([
    ['a half of JSON', ended({}).slice(0, 30)],
    ['no JSON', 'SECRET=1'],
    ['null', 'null'],
    ['a list', '[1]'],
    ['a number', '1'],
    ['zero bytes, as after a loss of power', '\0'.repeat(100)],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
    ['another version', ended({ version: 2 })],
    ['no version', '{}'],
    ['an outcome that there is not', ended({ outcome: 'SECRET' })],
    ['an outcome that is a member of every object', ended({ outcome: 'toString' })],
    ['a list as the outcome', ended({ outcome: ['clean'] })],
    ['a negative time', ended({ durationMs: -1 })],
    ['a time that is endless', ended({}).replace('"durationMs":1', '"durationMs":1e999')],
    ['a time longer than any shutdown', ended({ durationMs: 1e15 })],
    ['a text as the time', ended({ durationMs: '1' })],
    ['no number of cut work', ended({ interrupted: null })],
    ['deep JSON', '['.repeat(4000)],
    ['a prototype', '{"__proto__":{"version":1,"state":"running"}}'],
  ])('that has %s is foreign, and is replaced', (_what, text) => {
    writeFileSync(path, text);
    const file = new StateFile(path);
    expect(file.read()).toBe('foreign');
    file.begin();
    expect(file.read()).toMatchObject({ outcome: 'killed' });
  });

  it('of many gigabytes is not read', () => {
    writeFileSync(path, ended({}));
    truncateSync(path, 50 * 1024 ** 3);
    expect(new StateFile(path).read()).toBe('foreign');
  });

  it.each([
    ['folder', () => mkdirSync(path)],
    ['pipe without a writer', () => void spawnSync('mkfifo', [path])],
    ['link to a device that never ends', () => symlinkSync('/dev/zero', path)],
  ])('that is a %s is foreign, and stays', (_what, make) => {
    make();
    const before = lstatSync(path);
    const file = new StateFile(path);
    expect(file.read()).toBe('foreign');
    expect(() => file.begin()).toThrow('is there, and is no file');
    const { ino, mode } = lstatSync(path);
    expect({ ino, mode }).toEqual({ ino: before.ino, mode: before.mode });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('that is a socket cannot be read, and stays', async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    killAfterTest({ kill: async () => void server.close() });
    const file = new StateFile(path);
    expect(() => file.read()).toThrow('ENXIO');
    expect(() => file.begin()).toThrow('is there, and is no file');
    expect(lstatSync(path).isSocket()).toBe(true);
  });

  it('that is a link in a circle, or to nothing, is told of', () => {
    symlinkSync('state.json', path);
    expect(() => new StateFile(path).read()).toThrow('ELOOP');
    rmSync(path);
    symlinkSync('nothing.json', path);
    const file = new StateFile(path);
    expect(file.read()).toBeUndefined();
    expect(() => file.begin()).toThrow('ENOENT');
    expect(existsSync(join(folder, 'nothing.json'))).toBe(false);
  });

  it('whose folder is missing is told of when it is written', () => {
    const file = new StateFile(join(folder, 'missing', 'state.json'));
    expect(file.read()).toBeUndefined();
    expect(() => file.begin()).toThrow('ENOENT');
  });

  it('without the right to read or to write it is told of, and stays', async () => {
    writeFileSync(path, ended({}), { mode: 0o600 });
    chmodSync(path, 0o000);
    chmodSync(folder, 0o555);
    await asOrdinaryUser(async () => {
      const file = new StateFile(path);
      expect(() => file.read()).toThrow('EACCES');
      expect(() => file.begin()).toThrow('EACCES');
    });
    chmodSync(folder, 0o700);
    chmodSync(path, 0o600);
    expect(new StateFile(path).read()).toMatchObject({ outcome: 'clean' });
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});
