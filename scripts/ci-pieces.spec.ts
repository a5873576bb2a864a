import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMENT_MARKER } from 'nestjs-lifecycle-rollout';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../test/support/repository.js';
import { flagsOf } from '../test/docs/command-line.js';

interface Step {
  readonly if?: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly steps: readonly [Step, Step, Step] };
}

const text = readFileSync(join(root, 'action.yml'), 'utf8');
// Our own file; what of it is not so fails below.
const action = parse(text) as Action;
const [rehearse, comment, end] = action.runs.steps;
const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8')) as { version: string };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'action-'));
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that writes down what it was called with, a word a line, says `output`, and ends with `code`. */
function standIn(name: string, { output = '', code = 0 } = {}): void {
  const file = join(folder, 'bin', name);
  writeFileSync(
    file,
    `#!/bin/bash\nprintf '%s\\n' "$@" '' >> '${folder}/${name}.args'\nprintf '%s' '${output}'\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
}

const callsOf = (name: string): string[][] =>
  readFileSync(join(folder, `${name}.args`), 'utf8')
    .trimEnd()
    .split('\n\n')
    .map((call) => call.split('\n'));

/** Runs a step as a runner does, with its inputs in the variables of the step. */
function runStep(
  { run }: Step,
  env: Readonly<Record<string, string>>,
): { readonly code: number | null; readonly err: string } {
  const { status, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      RUNNER_TEMP: join(folder, 'temp dir'),
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_ACTION_PATH: root,
      GITHUB_REPOSITORY: 'us/orders',
      ...env,
    },
  });
  return { code: status, err: stderr };
}

const NOTHING = Object.fromEntries(Object.keys(rehearse.env).map((name) => [name, '']));

describe('the step of the Action that rehearses', () => {
  it('passes on what was asked for, each word as one, with the version of the Action', () => {
    standIn('npx');
    const { code, err } = runStep(rehearse, {
      ...NOTHING,
      REHEARSED_COMMAND: 'node dist/main.js',
      REHEARSED_BASE: 'origin/main',
      REHEARSED_BUILD: 'npm ci && npm run build',
      REHEARSED_TIME: '60s',
      REHEARSED_ARGUMENTS: '--request\nPOST /orders {"sku":1}\n\n--replicas\n2\n',
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [words = []] = callsOf('npx');
    const reports = join(folder, 'temp dir/rehearsal');
    expect(words).toEqual([
      ...['--yes', '--package', `nestjs-lifecycle-cli@${version}`, 'nestjs-lifecycle', 'rehearse', '--github-summary'],
      ...['--html', `${reports}/rehearsal.html`, '--json', `${reports}/rehearsal.json`],
      ...['--junit', `${reports}/rehearsal.xml`, '--comment', `${reports}/comment.md`],
      ...['--time', '60s', '--against', 'git:origin/main', '--build', 'npm ci && npm run build'],
      ...['--request', 'POST /orders {"sku":1}', '--replicas', '2', '--', 'node', 'dist/main.js'],
    ]);
    const known = flagsOf('rehearse');
    expect(words.filter((word) => /^--[a-z]/.test(word) && !['--yes', '--package', ...known].includes(word))).toEqual(
      [],
    );
  });

  it('runs nothing of an input as shell, and needs no command where a manifest has it', () => {
    standIn('npx');
    const evil = '$(touch hacked)`touch hacked`;touch hacked';
    runStep(rehearse, {
      ...NOTHING,
      REHEARSED_BASE: evil,
      REHEARSED_ARGUMENTS: `--manifest\n${evil}`,
      REHEARSED_VERSION: '1.2.3',
    });
    const [words = []] = callsOf('npx');
    expect(words).toContain(`git:${evil}`);
    expect(words).toContain('nestjs-lifecycle-cli@1.2.3');
    expect(words).not.toContain('--');
    expect(() => readFileSync(join(folder, 'hacked'))).toThrow('ENOENT');
    // Inputs come by variables alone.
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
  });

  it('keeps the exit code for the last step, after the comment', () => {
    standIn('npx', { code: 1 });
    expect(runStep(rehearse, { ...NOTHING, REHEARSED_COMMAND: 'node x' }).code).toBe(0);
    expect(readFileSync(join(folder, 'output'), 'utf8')).toContain('exit-code=1\n');
    expect(runStep(end, { CODE: '1' }).code).toBe(1);
    expect(runStep(end, { CODE: '0' }).code).toBe(0);
  });
});

describe('the step of the Action that comments', () => {
  const env = (): Record<string, string> => ({ GH_TOKEN: 'x', PULL_REQUEST: '7', COMMENT: join(folder, 'comment.md') });

  it('writes a comment, and replaces the one it finds', () => {
    writeFileSync(join(folder, 'comment.md'), COMMENT_MARKER);
    standIn('gh');
    expect(runStep(comment, env())).toEqual({ code: 0, err: '' });
    expect(callsOf('gh').at(-1)).toEqual([
      'api',
      '--method',
      'POST',
      'repos/us/orders/issues/7/comments',
      '--field',
      `body=@${folder}/comment.md`,
    ]);
    standIn('gh', { output: '41\n42' });
    expect(runStep(comment, env())).toEqual({ code: 0, err: '' });
    expect(callsOf('gh').at(-1)).toEqual([
      'api',
      '--method',
      'PATCH',
      'repos/us/orders/issues/comments/41',
      '--field',
      `body=@${folder}/comment.md`,
    ]);
    expect(comment.run).toContain(`startswith("${COMMENT_MARKER}")`);
  });

  it('writes nothing where there is no report, and nothing for a fork', () => {
    standIn('gh');
    expect(runStep(comment, env()).code).toBe(0);
    expect(() => callsOf('gh')).toThrow('ENOENT');
    expect(comment.if).toContain('head.repo.fork != true');
  });
});

describe('the template for GitLab', () => {
  const [spec, job] = parseAllDocuments(readFileSync(join(root, 'templates/rehearse.yml'), 'utf8')).map(
    (one) => one.toJS() as unknown,
  );

  it('names every input that it uses, and uses every one', () => {
    const used = [...JSON.stringify(job).matchAll(/\$\[\[ inputs\.(\w+) \]\]/g)].map(([, name]) => name);
    const { inputs } = (spec as { spec: { inputs: object } }).spec;
    expect(new Set(used)).toEqual(new Set(Object.keys(inputs)));
  });

  it('has only flags that there are, and keeps the reports', () => {
    const { script, artifacts } =
      (job as Record<string, { script: string[]; artifacts: unknown }>)['nestjs-lifecycle-rehearse'] ?? {};
    const flags = [...`${script?.join(' ')} --time`.matchAll(/(?<= )--[a-z][\w-]*/g)].map(([flag]) => flag);
    expect(flags.filter((flag) => !['--yes', '--package', ...flagsOf('rehearse')].includes(flag))).toEqual([]);
    expect(artifacts).toMatchObject({ when: 'always', reports: { junit: 'rehearsal.xml' } });
  });
});
