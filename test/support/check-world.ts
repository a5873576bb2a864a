import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommandLine } from '../../apps/cli/src/program.js';

/** What a command line came to. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for each test, and `nestjs-lifecycle` run in it, with no programs but those in its `bin`. */
export interface CheckWorld {
  readonly at: (...names: readonly string[]) => string;
  readonly write: (contents: Readonly<Record<string, string>>) => Promise<void>;
  readonly run: (...args: readonly string[]) => Promise<CommandRun>;
  /** As `run`, with this coming through the pipe. */
  readonly runPiped: (text: string, ...args: readonly string[]) => Promise<CommandRun>;
}

/** To be called where tests are described. */
export function checkWorld(): CheckWorld {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'check-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const at = (...names: readonly string[]): string => join(folder, ...names);
  const runPiped = async (text: string, ...args: readonly string[]): Promise<CommandRun> => {
    let out = '';
    let err = '';
    const code = await runCommandLine(args, {
      stdin: pipeOf(text),
      stdout: { write: (text) => (out += text) },
      stderr: { write: (text) => (err += text) },
      env: { PATH: `${at('bin')}:/nowhere` },
      cwd: folder,
    });
    return { code, out, err };
  };
  return {
    at,
    write: async (contents) => {
      for (const [name, text] of Object.entries(contents)) {
        await mkdir(dirname(at(name)), { recursive: true });
        await writeFile(at(name), text);
      }
    },
    run: (...args) => runPiped('', ...args),
    runPiped,
  };
}

async function* pipeOf(text: string): AsyncIterable<string> {
  for (let at = 0; at < text.length; at += 100) yield text.slice(at, at + 100);
}

/** A Deployment that stops too early, which can be fixed. */
export const SHORT_GRACE = `# the orders service
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  replicas: 2
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      terminationGracePeriodSeconds: 10 # short
      containers:
        - name: orders
          image: orders:1
          command: [node, dist/main.js]
          env:
            - { name: SHUTDOWN_GRACE_PERIOD, value: '30' }
`;
