import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAsPid1 } from './machine.js';
import { ProgramOutput } from './program-output.js';
import { type NestVersion, programFolders } from './repository.js';
import { killAfterTest } from './started-programs.js';

export interface RunOptions {
  /** Added to a nearly empty environment: a test must not depend on what the machine happens to set. */
  env?: Record<string, string>;
  args?: string[];
  /** Another Node than the one that runs the tests. */
  nodePath?: string;
  nodeArgs?: string[];
  /** The folder it runs in; default the test's own. */
  cwd?: string;
  /** Run as PID 1, as in a container. Needs `pidNamespaces` of machine.ts. */
  pid1?: boolean;
  /** Lead a process group of its own, as what a shell or a container starts; else it is one of the test's. */
  ownGroup?: boolean;
  /** Open an IPC channel, as PM2 and `child_process.fork` do, for `send`. */
  ipc?: boolean;
  /** A file that its stdout goes to; only stderr is read then. */
  stdout?: string;
  /** Its output is not read before `startReading()`, as by a reader that is slow. */
  isReadLater?: boolean;
}

export interface ProgramOptions extends RunOptions {
  /** The Nest it runs on: 12 as ES modules, 11 as CommonJS. */
  nest: NestVersion;
}

export interface ProgramExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
}

/** Starts `test/programs/<name>.ts` as a process of its own. It is killed, if need be, when the test is over. */
export function startProgram(name: string, { nest, ...options }: ProgramOptions): Program {
  return startFile(join(programFolders[nest], `${name}.js`), options);
}

/** Starts any file with Node, as `startProgram` does. */
export function startFile(file: string, options: RunOptions = {}): Program {
  const program = new Program(file, options);
  killAfterTest(program);
  return program;
}

/** A running process, as its tests see it: what it says, what it is told, how it ends. */
export class Program {
  /** How it ended, once it has and all its output is read. */
  readonly exit: Promise<ProgramExit>;
  private readonly child: ChildProcess;
  private readonly lines = new ProgramOutput();
  private readonly messages = new Set<unknown>();
  private readonly isPid1: boolean;
  private readonly leadsGroup: boolean;

  constructor(file: string, options: RunOptions) {
    const { nodePath = process.execPath, nodeArgs = [], args = [], env = {} } = options;
    this.isPid1 = options.pid1 ?? false;
    this.leadsGroup = options.ownGroup ?? false;
    const [command = nodePath, ...rest] = [...pid1Command(options), nodePath, ...nodeArgs, file, ...args];
    this.child = spawn(command, rest, {
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...env },
      cwd: options.cwd,
      detached: options.ownGroup ?? false,
      stdio: stdioOf(options),
    });
    if (!options.isReadLater) this.startReading();
    this.child.on('message', (message) => this.messages.add(message));
    this.exit = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        this.lines.end();
        resolve({ code, signal, output: this.output });
      });
    });
    this.exit.catch((error: unknown) => this.lines.end(String(error)));
  }

  /** All it has written so far, stdout and stderr as they came. */
  get output(): string {
    return this.lines.text;
  }

  /** Its process id; that of its parent where it is PID 1. */
  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the program could not be started');
    return pid;
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** The first line that matches, already written or still to come. Rejects with all output when it does not come. */
  waitForLine(pattern: RegExp, withinMs = 30_000): Promise<RegExpExecArray> {
    return this.lines.waitFor(pattern, withinMs);
  }

  /** Where it serves: programs print `listening on <port>`. */
  async url(): Promise<string> {
    const [, port] = await this.waitForLine(/listening on (\d+)/);
    return `http://127.0.0.1:${port}`;
  }

  /** Sends a signal to the program itself, also as PID 1, where the started process is only its parent. */
  signal(signal: NodeJS.Signals): void {
    if (this.hasExited) throw new Error(`cannot send ${signal}: the program has ended\n${this.output}`);
    if (this.isPid1) process.kill(this.onlyChildPid(), signal);
    else this.child.kill(signal);
  }

  /** Reads its output from now on. */
  startReading(): void {
    this.lines.read(this.child.stdout, this.child.stderr);
  }

  /** Resolves when it has sent this message by IPC, already or later. Rejects when it ends without. */
  message(text: string): Promise<void> {
    if (this.messages.has(text)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.child.on('message', (message) => void (message === text && resolve()));
      this.child.once('exit', () => reject(new Error(`the program ended without the message ${text}\n${this.output}`)));
    });
  }

  /** Closes our end of its output, as `| tee` does on Ctrl-C. Nothing more is known of what it says. */
  stopReading(): void {
    this.child.stdout?.destroy();
    this.child.stderr?.destroy();
  }

  /** Sends an IPC message. Needs `ipc: true`. */
  send(message: string | object): void {
    this.child.send(message);
  }

  /** Ends it at once, whatever it does, and returns when it has, with all of a group of its own. As PID 1 it dies with its parent. */
  async kill(): Promise<void> {
    if (this.leadsGroup) this.killGroup();
    else if (!this.hasExited) this.child.kill('SIGKILL');
    await this.exit.catch(() => undefined);
  }

  private killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // Nothing of the group runs any more.
    }
  }

  private onlyChildPid(): number {
    const { pid } = this.child;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (!/^\d+$/.test(children)) throw new Error(`expected one child of ${pid}, found "${children}"\n${this.output}`);
    return Number(children);
  }
}

function pid1Command({ pid1 = false }: RunOptions): string[] {
  if (!pid1) return [];
  if (runAsPid1 === undefined)
    throw new Error('this machine cannot run a program as PID 1: write the test with itNeeds');
  return runAsPid1;
}

function stdioOf({ stdout, ipc = false }: RunOptions): StdioOptions {
  return ['ignore', stdout === undefined ? 'pipe' : openSync(stdout, 'w'), 'pipe', ...(ipc ? (['ipc'] as const) : [])];
}
