import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../apps/cli/src/program.js';

/** Serves until a signal has come and its lame duck is over; without one, as plain services do, not a moment longer. */
const SERVICE = `
const { createServer } = require('node:http');
let isLeaving = false;
const server = createServer((request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  if (request.url === '/health/ready') response.statusCode = isLeaving ? 503 : 200;
  response.end('hello');
}).listen(process.env.PORT, () => console.log('phase ready'));
process.on('SIGTERM', () => {
  isLeaving = true;
  console.log('phase lame-duck');
  setTimeout(() => {
    console.log('phase draining');
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, Number(process.env.LAME_DUCK_MS));
});
`;

const QUICK = [
  ...['--replicas', '1', '--endpoint-lag', '800ms', '--nodes', '2', '--warm-up', '300ms', '--cool-down', '100ms'],
  ...['--liveness', '/health/live', '--clients', '2', '--seed', '5', '--no-pid1'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-'));
  await writeFile(join(folder, 'service.cjs'), SERVICE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function* nothing(): AsyncIterable<string> {
  // No pipe.
}

function run(...args: string[]): Promise<Run> {
  return runWatched(args, () => undefined);
}

async function runWatched(args: readonly string[], onOutput: (text: string) => void): Promise<Run> {
  let out = '';
  let err = '';
  const code = await runCommandLine(args, {
    stdin: nothing(),
    stdout: {
      write: (text) => {
        out += text;
        onOutput(text);
      },
    },
    stderr: { write: (text) => (err += text) },
    env: { ...process.env, GITHUB_STEP_SUMMARY: join(folder, 'summary.md') },
    cwd: folder,
    args,
  });
  return { code, out, err };
}

const file = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

describe('nestjs-lifecycle rehearse', () => {
  it('exits with 0 where nothing is lost, and writes its reports', async () => {
    const reports = ['--html', 'report.html', '--json', 'report.json', '--junit', 'report.xml', '--github-summary'];
    const ledger = ['--ledger', 'ledger.jsonl'];
    const args = ['--env', 'LAME_DUCK_MS=1500', ...QUICK, ...reports, ...ledger, '--', 'node', 'service.cjs'];
    const { code, out, err } = await run('rehearse', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/v1-1 .*SIGTERM/);
    expect(JSON.parse(await file('report.json'))).toMatchObject({
      format: 'nestjs-lifecycle-rehearsal',
      command: expect.stringContaining('rehearse --env LAME_DUCK_MS="$LAME_DUCK_MS"') as string,
      verdict: { isClean: true, seed: 5, lost: [] },
    });
    expect((await file('ledger.jsonl')).split('\n')[0]).toMatch(/^{"run":"rehearsed","id":1,.*"fate":"answered"/);
    expect(await file('report.html')).toMatch(/^<!doctype html>/i);
    expect(await file('report.xml')).toContain('failures="0"');
    expect(await file('summary.md')).toContain('white_check_mark');
  });

  it('exits with 1 where requests are lost, and says why, beside one that loses nothing', async () => {
    const args = ['--env', 'LAME_DUCK_MS=0', ...QUICK, '--quiet', '--json', 'lost.json'];
    const against = `node -e "process.env.LAME_DUCK_MS = 1500; require('./service.cjs')"`;
    const { code, out } = await run('rehearse', ...args, '--against', against, '--', 'node', 'service.cjs');
    expect(code).toBe(1);
    expect(out).toContain('listener-closed-early');
    expect(JSON.parse(await file('lost.json'))).toMatchObject({
      verdict: { isClean: false },
      against: { verdict: { isClean: true, seed: 5 } },
    });
  });

  it('ends at Ctrl-C with a verdict about what was seen, and with its reports', async () => {
    const args = ['--env', 'LAME_DUCK_MS=60000', ...QUICK, '--json', 'cut.json', '--', 'node', 'service.cjs'];
    const { code, out, err } = await runWatched(['rehearse', ...args], (text) => {
      if (/v1-1 .*SIGTERM/.test(text)) process.emit('SIGINT', 'SIGINT');
    });
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('Nothing lost until it was interrupted');
    expect(JSON.parse(await file('cut.json'))).toMatchObject({
      verdict: {
        isClean: false,
        cutBy: 'interrupted',
        notes: expect.arrayContaining([expect.stringMatching(/^Interrupted after .* 1 pod/)]) as string[],
      },
    });
  });

  it('is not clean where its own deadline came first', async () => {
    const args = ['--env', 'LAME_DUCK_MS=60000', ...QUICK, '--deadline', '4s', '--quiet', '--', 'node', 'service.cjs'];
    const { code, out } = await run('rehearse', ...args);
    expect(code).toBe(1);
    expect(out).toContain('Cut by its own deadline of 4 s');
  });

  it('takes everything from manifests', async () => {
    await writeFile(
      join(folder, 'deployment.yaml'),
      `apiVersion: apps/v1
kind: Deployment
metadata: { name: hello }
spec:
  replicas: 1
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      terminationGracePeriodSeconds: 20
      containers:
        - name: hello
          image: hello:1
          command: [node, $(FILE)]
          env: [{ name: FILE, value: service.cjs }, { name: LAME_DUCK_MS, value: '1500' }, { name: PORT, value: '8080' }]
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /health/ready, port: http }, periodSeconds: 1 }
        - { name: helper, image: helper:1 }
`,
    );
    const { code, err } = await run(
      'rehearse',
      '--manifest',
      'deployment.yaml',
      '--json',
      'k8s.json',
      ...QUICK.slice(2),
      '--quiet',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(await file('k8s.json'))).toMatchObject({
      verdict: {
        notes: expect.arrayContaining([
          'Deployment hello: only its container hello is played, without helper.',
        ]) as string[],
      },
      scenario: {
        service: { command: ['node', 'service.cjs'] },
        pod: { gracePeriodMs: 20_000, readinessProbe: { action: { path: '/health/ready', containerPort: 8080 } } },
      },
    });
  });
});
