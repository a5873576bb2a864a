import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../program.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearse-'));
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

async function run(...args: string[]): Promise<Run> {
  let out = '';
  let err = '';
  const code = await runCommandLine(args, {
    stdin: nothing(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: process.env,
    cwd: folder,
    args,
  });
  return { code, out, err };
}

/** Whole rehearsals are in test/rollout. */
describe('nestjs-lifecycle rehearse', () => {
  it('looks at what it is to write, and at the other command, before it starts anything', async () => {
    const quick = ['--quiet', '--', 'node', '-e', 'process.exit(3)'];
    const { code, err } = await run('rehearse', '--html', 'nowhere/x.html', '--json', '.', '--junit', '', ...quick);
    expect(code).toBe(2);
    expect(err.split('\n')).toEqual([
      '--html nowhere/x.html: the folder is not there. Make it first: mkdir -p nowhere',
      '--json . is a folder: name a file in it',
      '--junit: name a file, as in --junit rehearsal.xml',
      '',
    ]);
    expect((await run('rehearse', '--against', '', ...quick)).err).toMatch(/command/);
  });

  it('wants the values of secrets before it starts anything', async () => {
    await writeFile(
      join(folder, 'secret.yaml'),
      `kind: Deployment
apiVersion: apps/v1
metadata: { name: hello }
spec:
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      containers:
        - name: hello
          image: hello:1
          command: [node, service.cjs]
          env: [{ name: HELLO_KEY, valueFrom: { secretKeyRef: { name: hello, key: key } } }]
`,
    );
    const { code, err } = await run('rehearse', '--manifest', 'secret.yaml');
    expect(err).toMatch(/HELLO_KEY comes from a Secret.*--env HELLO_KEY=/);
    expect(code).toBe(2);
  });

  it.each([
    [['rehearse'], /write the command after two dashes/],
    [['rehearse', '--', 'no-such-program-anywhere'], /no-such-program-anywhere(: write one that is in the PATH)?/],
    [['rehearse', '--chaos', 'earthquake', '--', 'node', 'x'], /--chaos earthquake: write one of second-signal/],
    [['rehearse', '--request', 'FETCH /', '--', 'node', 'x'], /FETCH/],
    [['rehearse', '--grace-period', 'soon', '--', 'node', 'x'], /gracePeriod: "soon" is no length of time/],
    [['rehearse', '--env', 'A', '--', 'node', 'x'], /write it as NAME=value/],
    [['rehearse', '--manifest', 'nowhere'], /cannot read nowhere/],
    [['rehearse', '--load', 'nowhere.yaml', '--', 'node', 'x'], /cannot read nowhere\.yaml/],
    [['rehearse', '--load', '.', '--', 'node', 'x'], /\. is a folder: name a file in it/],
    [['rehearse', '--retries', '2', '--', 'node', 'x'], /--retries is about .*add --balancer request/],
    [['rehearse', '--workload', 'web', '--', 'node', 'x'], /--workload web .*add --manifest/],
    [['rehearse', '--', 'node', '-e', 'process.exit(3)'], /exited with code 3 before it was ready/],
  ])('says what to type after %j', async (args, message) => {
    const { code, err } = await run(...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
