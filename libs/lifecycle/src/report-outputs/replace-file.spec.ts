import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceFile } from './replace-file.js';

describe('replaceFile', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replace-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes a new file, replaces one that is there, and leaves nothing else', () => {
    const path = join(folder, 'report.json');
    replaceFile(path, 'first');
    replaceFile(path, 'second');
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('follows a link to a file', () => {
    writeFileSync(join(folder, 'real.json'), 'old');
    symlinkSync('real.json', join(folder, 'link.json'));
    replaceFile(join(folder, 'link.json'), 'new');
    expect(readFileSync(join(folder, 'real.json'), 'utf8')).toBe('new');
    expect(readdirSync(folder).toSorted()).toEqual(['link.json', 'real.json']);
  });

  it('does not write through a link that other code has put in the place of the new file', () => {
    writeFileSync(join(folder, 'other'), 'untouched');
    symlinkSync('other', join(folder, `report.json.${process.pid}.tmp`));
    replaceFile(join(folder, 'report.json'), 'new');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('untouched');
    expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('new');
  });

  it.each(['folder', 'device'])('refuses a %s, which stays as it is', (kind) => {
    const path = kind === 'device' ? '/dev/null' : join(folder, 'sub');
    if (kind === 'folder') mkdirSync(path);
    expect(() => replaceFile(path, 'new')).toThrow(`${path} is there, and is no file`);
    expect(readdirSync(folder)).toEqual(kind === 'folder' ? ['sub'] : []);
  });

  it('throws where the folder is missing, and leaves nothing', () => {
    expect(() => replaceFile(join(folder, 'missing', 'report.json'), 'new')).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });
});
