import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../apps/cli/src/program.js';

/** Says who it is, stops after a lame duck, needs 300 ms for an answer once it stops, and ends with an exit code of its own. */
const serviceOf = ({ name = 'new', lameDuckMs = 2500, exitCode = 0 } = {}): string => `
const { createServer } = require('node:http');
let isLeaving = false;
const server = createServer((request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  if (request.url === '/health/ready') return void response.writeHead(isLeaving ? 503 : 200).end();
  setTimeout(() => response.end('hello'), isLeaving ? 300 : 1);
}).listen(process.env.PORT);
process.on('SIGTERM', () => {
  isLeaving = true;
  console.log('I am the ${name} one');
  setTimeout(() => {
    server.close(() => process.exit(${exitCode}));
    server.closeIdleConnections();
  }, ${lameDuckMs});
});
`;

const QUICK = [
  ...['--replicas', '1', '--endpoint-lag', '800ms', '--nodes', '2', '--warm-up', '1s', '--cool-down', '100ms'],
  ...[
    '--clients',
    '0',
    '--rate',
    '10',
    '--keep-alive-share',
    '0',
    '--request-timeout',
    '30s',
    '--seed',
    '5',
    '--no-pid1',
    '--quiet',
  ],
];
const SERVICE = ['--', 'node', 'service.cjs'];

let folder: string;
const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'limits-'));
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'service.cjs'), serviceOf({ name: 'old' }));
  git('add', '.');
  git('commit', '--quiet', '--message=old');
  await writeFile(join(folder, 'service.cjs'), serviceOf());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* nothing(): AsyncIterable<string> {
  // No pipe.
}

async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = '';
  let err = '';
  const code = await runCommandLine(['rehearse', ...QUICK, ...args, ...SERVICE], {
    stdin: nothing(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: process.env,
    cwd: folder,
    args,
  });
  return { code, out, err };
}

describe('nestjs-lifecycle rehearse', () => {
  it('fails where answers in the rollout are slower than allowed', async () => {
    const { code, out } = await run('--max-p99', '100ms');
    expect(out).toMatch(/✕ Answers were slower in the rollout than the limit allows {2}p99-above-limit/);
    expect(code).toBe(1);
  });

  it('compares this folder with a commit, on the same axes, and takes the commit away', async () => {
    const reports = ['--json', 'both.json', '--html', 'both.html', '--comment', 'both.md'];
    const { out, err } = await run('--against', 'git:main', '--build', 'echo built > built', ...reports);
    expect(err).toBe('');
    expect(out).toMatch(/^This: {4}this folder \([0-9a-f]+, changed\)\nAgainst: main \([0-9a-f]+\)$/m);
    expect(JSON.parse(await readFile(join(folder, 'both.json'), 'utf8'))).toMatchObject({
      name: expect.stringMatching(/^this folder/) as string,
      verdict: { seed: 5 },
      against: { name: expect.stringMatching(/^main/) as string, verdict: { seed: 5 } },
    });
    const page = await readFile(join(folder, 'both.html'), 'utf8');
    expect(page).toContain('I am the new one');
    expect(page).toContain('I am the old one');
    const labels = ticksOf(page);
    expect(labels).toHaveLength(2);
    expect(labels[0]).toEqual(labels[1]);
    expect(await readFile(join(folder, 'both.md'), 'utf8')).toMatch(/\| this change \| main \([0-9a-f]+\) \|/);
    const worktrees = execFileSync('git', ['worktree', 'list'], { cwd: folder, encoding: 'utf8' });
    expect(worktrees.trim().split('\n')).toHaveLength(1);
  });

  it('passes with what a baseline knows, and fails without it', async () => {
    await writeFile(join(folder, 'service.cjs'), serviceOf({ exitCode: 1 }));
    expect((await run()).code).toBe(1);
    const written = await run('--baseline', 'known.json', '--update-baseline');
    expect(written.code).toBe(0);
    const known = await run('--baseline', 'known.json');
    expect(known.out).toMatch(/failed-exit, known/);
    expect(known.err).toMatch(/known from known\.json/);
    expect(known.code).toBe(0);
  });

  it('fails where more is lost than the budget allows', async () => {
    await writeFile(join(folder, 'service.cjs'), serviceOf({ lameDuckMs: 0 }));
    const { code, out } = await run('--max-errors', '0', '--rate', '40');
    expect(out).toContain('errors-above-limit');
    expect(code).toBe(1);
  });
});

/** The labels of the times below each timeline of pods. */
function ticksOf(page: string): string[][] {
  const lanes = page.split(/<svg(?=[^>]*aria-label="Timeline of every pod by phase")/).slice(1);
  return lanes.map((text) => {
    const [picture = ''] = text.split('</svg>');
    return [...picture.matchAll(/text-anchor="middle">([^<]+)</g)].map(([, label = '']) => label);
  });
}
