import { readFile, symlink } from 'node:fs/promises';
import { checkWorld } from '../../../../test/support/check-world.js';
import { parse } from 'yaml';
import { VERSION } from '../version.js';

const { at, write, run } = checkWorld();

const FILES = [
  '.pre-commit-config.yaml',
  '.github/workflows/nestjs-lifecycle-check.yml',
  '.gitlab/nestjs-lifecycle-check.yml',
  '.gitlab-ci.yml',
] as const;

function textOf(path: string): Promise<string> {
  return readFile(at(path), 'utf8');
}

describe('init', () => {
  it('writes a hook, an Action and a job, each with this version of the check', async () => {
    expect(await run('init')).toEqual({ code: 0, out: FILES.map((path) => `${path}: written\n`).join(''), err: '' });
    for (const path of FILES.slice(0, 3)) {
      expect(await textOf(path)).toContain(`--package nestjs-lifecycle-cli@${VERSION} nestjs-lifecycle check .`);
    }
    expect(parse(await textOf('.gitlab-ci.yml'))).toEqual({ include: [{ local: FILES[2] }] });
    expect(parse(await textOf(FILES[0]))).toMatchObject({
      repos: [{ repo: 'local', hooks: [{ pass_filenames: false }] }],
    });
  });

  it('gives the Action no more than it needs', async () => {
    await run('init');
    const workflow: unknown = parse(await textOf(FILES[1]));
    expect(workflow).toMatchObject({
      permissions: { contents: 'read' },
      jobs: { check: { permissions: { contents: 'read', 'security-events': 'write' } } },
    });
  });

  it('changes nothing the second time', async () => {
    await run('init');
    const before = await Promise.all(FILES.map(textOf));
    expect((await run('init')).out).toBe(FILES.map((path) => `${path}: has it already\n`).join(''));
    expect(await Promise.all(FILES.map(textOf))).toEqual(before);
  });

  it('leaves what is there as it is, and shows what to add', async () => {
    const own = { [FILES[0]]: 'repos: []\n', [FILES[1]]: 'name: ours\n', [FILES[3]]: 'stages: [test]\n' };
    await write(own);
    const { code, out } = await run('init', '.');
    expect(code).toBe(0);
    for (const [path, text] of Object.entries(own)) expect(await textOf(path)).toBe(text);
    expect(out).toContain(`${FILES[0]}: is there, and left as it is; add\n  +   - repo: local\n`);
    expect(out).toContain(
      `${FILES[1]}: is there, and left as it is; this version would write\n  + name: nestjs-lifecycle check\n`,
    );
    expect(out).toContain(`${FILES[3]}: is there, and left as it is; add\n  + include:\n`);
    expect(out).toContain(`${FILES[2]}: written\n`);
  });

  it('finds its piece among those of the team', async () => {
    const include = `include:\n  - local: ${FILES[2]}\n`;
    await write({ [FILES[3]]: `stages: [test]\n${include}test:\n  script: npm test\n` });
    expect((await run('init')).out).toContain(`${FILES[3]}: has it already\n`);
  });

  it('only shows it with --dry-run', async () => {
    const { out } = await run('init', '--dry-run');
    for (const path of FILES) {
      expect(out).toContain(`${path}: would be written\n  + `);
      await expect(textOf(path)).rejects.toThrow('ENOENT');
    }
  });

  it('says what to type where there is no such folder, and writes through no link', async () => {
    expect(await run('init', 'none')).toMatchObject({
      code: 2,
      err: expect.stringContaining('type nestjs-lifecycle init') as string,
    });
    await write({ 'repo/a': '', 'elsewhere/a': '' });
    await symlink(at('elsewhere/b.yml'), at('repo/.gitlab-ci.yml'));
    const { code, err } = await run('init', 'repo');
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringContaining('.gitlab-ci.yml cannot be written (EEXIST)') as string,
    });
    await expect(textOf('elsewhere/b.yml')).rejects.toThrow('ENOENT');
  });
});
