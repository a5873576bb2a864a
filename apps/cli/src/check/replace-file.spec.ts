import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asOrdinaryUser } from '../../../../test/support/ordinary-user.js';
import { replaceFile } from './replace-file.js';

describe('replaceFile', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'replace-'));
    await writeFile(join(folder, 'a.yaml'), 'old');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('puts a whole new file in the place of the old one, with its mode', async () => {
    const path = join(folder, 'a.yaml');
    await chmod(path, 0o640);
    const before = await stat(path);
    await replaceFile(path, 'new');
    const after = await lstat(path);
    expect(await readFile(path, 'utf8')).toBe('new');
    // Another file: whoever reads the old one reads it to its end, and no moment has half of a text.
    expect(after.ino).not.toBe(before.ino);
    expect(after.mode).toBe(before.mode);
    expect(await readdir(folder)).toEqual(['a.yaml']);
  });

  it('leaves the old file, and nothing else, where it fails', async () => {
    const path = join(folder, 'a.yaml');
    await chmod(path, 0o666);
    await chmod(folder, 0o755);
    await asOrdinaryUser(() => expect(replaceFile(path, 'new')).rejects.toMatchObject({ code: 'EACCES' }));
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.yaml']);
  });
});
