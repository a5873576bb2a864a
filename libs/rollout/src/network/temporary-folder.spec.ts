import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

describe('a temporary folder', () => {
  it('has its files', async () => {
    const folder = await temporaryFolder('with-files-', { 'a.cjs': 'a', 'b.jsonl': '' });
    expect(readdirSync(folder)).toEqual(['a.cjs', 'b.jsonl']);
    expect(readFileSync(join(folder, 'a.cjs'), 'utf8')).toBe('a');
    rmSync(folder, { recursive: true });
  });

  it('is gone where one of its files cannot be written', async () => {
    const prefix = `not-written-${process.pid}-`;
    await expect(temporaryFolder(prefix, { a: 'a', 'no-folder/b': 'b' })).rejects.toThrow('ENOENT');
    expect(readdirSync(tmpdir()).filter((name) => basename(name).startsWith(prefix))).toEqual([]);
  });
});
