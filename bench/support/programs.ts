import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const running = new Set<ChildProcess>();
process.on('exit', () => killAll());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** What a program is started with. */
export interface ProgramOptions {
  readonly nodePath: string;
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The core it may use, where the machine has more than one and `taskset`. */
  readonly cpu?: number;
  readonly ipc?: boolean;
}

/** Starts a compiled program of the measurements. It never outlives them. */
export function startProgram(file: string, options: ProgramOptions): ChildProcess {
  const { nodePath, nodeArgs = [], env = {}, cpu, ipc = false } = options;
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const [command, ...args] = [...pinnedTo(cpu), nodePath, ...nodeArgs, path];
  const child = spawn(command, args, {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(ipc ? (['ipc'] as const) : [])],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Whether servers and their clients can have a core of their own. */
export const canPin = process.platform === 'linux' && availableParallelism() > 1 && existsSync('/usr/bin/taskset');

function pinnedTo(cpu: number | undefined): string[] {
  return cpu === undefined || !canPin ? [] : ['taskset', '--cpu-list', String(cpu)];
}

function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
}
