import { spawnSync } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { checkWorld } from '../../../../test/support/check-world.js';
import { flagsOf } from '../../../../test/docs/command-line.js';
import { parse } from 'yaml';
import { VERSION } from '../version.js';

const { at, write, run } = checkWorld();

const REHEARSE_FLAGS = flagsOf('rehearse');

const FILES = [
  '.pre-commit-config.yaml',
  '.github/workflows/nestjs-lifecycle-check.yml',
  '.github/workflows/nestjs-lifecycle-rehearse.yml',
  '.gitlab/nestjs-lifecycle-check.yml',
  '.gitlab/nestjs-lifecycle-rehearse.yml',
  '.gitlab-ci.yml',
] as const;
const [HOOK, CHECK_WORKFLOW, WORKFLOW, CHECK_JOB, JOB, GITLAB] = FILES;
const INCLUDE = `include:\n  - local: ${CHECK_JOB}\n  - local: ${JOB}\n`;

function textOf(path: string): Promise<string> {
  return readFile(at(path), 'utf8');
}

describe('init', () => {
  it('writes a hook, an Action and a job, each with this version of the check', async () => {
    expect(await run('init')).toEqual({ code: 0, out: FILES.map((path) => `${path}: written\n`).join(''), err: '' });
    for (const path of [HOOK, CHECK_WORKFLOW, CHECK_JOB]) {
      expect(await textOf(path)).toContain(`--package nestjs-lifecycle-cli@${VERSION} nestjs-lifecycle check .`);
    }
    expect(parse(await textOf(GITLAB))).toEqual({ include: [{ local: CHECK_JOB }, { local: JOB }] });
    expect(parse(await textOf(HOOK))).toMatchObject({
      repos: [{ repo: 'local', hooks: [{ pass_filenames: false }] }],
    });
  });

  it('gives the Action no more than it needs', async () => {
    await run('init');
    const workflow: unknown = parse(await textOf(CHECK_WORKFLOW));
    expect(workflow).toMatchObject({
      permissions: { contents: 'read' },
      jobs: { check: { permissions: { contents: 'read', 'security-events': 'write' } } },
    });
  });

  it('rehearses what the package starts in production, with flags that there are', async () => {
    await write({ 'package.json': '{"scripts":{"start:prod":"node dist/apps/orders/main"}}' });
    await run('init');
    const workflow: unknown = parse(await textOf(WORKFLOW));
    expect(workflow).toMatchObject({
      permissions: { contents: 'read' },
      jobs: {
        rehearse: {
          permissions: { contents: 'read', 'pull-requests': 'write' },
          env: { START: 'node dist/apps/orders/main' },
        },
      },
    });
    expect(parse(await textOf(JOB))).toMatchObject({
      'nestjs-lifecycle-rehearse': { variables: { START: 'node dist/apps/orders/main' } },
    });
    for (const path of [WORKFLOW, JOB]) {
      const text = await textOf(path);
      expect(text).toContain(`nestjs-lifecycle-cli@${VERSION} nestjs-lifecycle rehearse`);
      const line = text.split('\n').find((one) => one.includes(' rehearse ')) ?? '';
      const flags = [...line.matchAll(/(?<= )--[a-z][\w-]*/g)].map(([flag]) => flag);
      expect(flags.length).toBeGreaterThan(3);
      expect(flags.filter((flag) => !['--yes', '--package', ...REHEARSE_FLAGS].includes(flag))).toEqual([]);
    }
  });

  it.each([undefined, 'no JSON', '{}', '{"scripts":{"start:prod":"npm run x && node y"}}'])(
    'takes what Nest builds where the package says nothing plain: %j',
    async (text) => {
      if (text !== undefined) await write({ 'package.json': text });
      await run('init');
      expect(await textOf(JOB)).toContain('START: node dist/main.js\n');
    },
  );

  it('writes shell that can be read', async () => {
    await run('init');
    const { jobs } = parse(await textOf(WORKFLOW)) as { jobs: { rehearse: { steps: { run?: string }[] } } };
    const scripts = jobs.rehearse.steps.flatMap(({ run: script }) => script ?? []);
    expect(scripts).toHaveLength(3);
    for (const script of scripts) expect(spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' }).stderr).toBe('');
  });

  it('changes nothing the second time', async () => {
    await run('init');
    const before = await Promise.all(FILES.map(textOf));
    expect((await run('init')).out).toBe(FILES.map((path) => `${path}: has it already\n`).join(''));
    expect(await Promise.all(FILES.map(textOf))).toEqual(before);
  });

  it('leaves what is there as it is, and shows what to add', async () => {
    const own = { [HOOK]: 'repos: []\n', [CHECK_WORKFLOW]: 'name: ours\n', [GITLAB]: 'stages: [test]\n' };
    await write(own);
    const { code, out } = await run('init', '.');
    expect(code).toBe(0);
    for (const [path, text] of Object.entries(own)) expect(await textOf(path)).toBe(text);
    expect(out).toContain(`${HOOK}: is there, and left as it is; add\n  +   - repo: local\n`);
    expect(out).toContain(
      `${CHECK_WORKFLOW}: is there, and left as it is; this version would write\n  + name: nestjs-lifecycle check\n`,
    );
    expect(out).toContain(`${GITLAB}: is there, and left as it is; add\n  + include:\n`);
    expect(out).toContain(`${CHECK_JOB}: written\n`);
  });

  it('finds its piece among those of the team', async () => {
    await write({ [GITLAB]: `stages: [test]\n${INCLUDE}test:\n  script: npm test\n` });
    expect((await run('init')).out).toContain(`${GITLAB}: has it already\n`);
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
