import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { activityOf } from './activity.js';
import { catchesSignal } from './catches-signal.js';
import { LineSplitter } from './line-splitter.js';
import { listeningPorts } from './listening-ports.js';
import { type PodPort } from './free-ports.js';
import { type PidNamespace } from './pid-one.js';
import { type ExecResult, type PodExit, type PodProcess } from './pod-process.js';
import { killRemains, killTree, livingPids, type ProcessTree, sendSignal } from './process-tree.js';
import { withPorts } from '../scenario/loopback-ports.js';
import { dieWithUs } from './survivors.js';

/** Output may stay open in a process that inherited the descriptor; it is waited for no longer than this. */
const OUTPUT_MS = 1000;

interface Parts {
  readonly child: ChildProcess;
  readonly tree: ProcessTree;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly namespace: PidNamespace | undefined;
  /** What stands before a command that runs in the pod's network. */
  readonly enter: readonly string[];
  readonly ports: readonly PodPort[];
}

/** One container as a process tree: what its top process starts ends with it, as in a pid namespace. */
export class ServiceProcess implements PodProcess {
  pid: number;
  hasExited = false;
  readonly exit: Promise<PodExit>;
  #isKilled = false;
  #ticks = -1;

  constructor(private readonly parts: Parts) {
    this.pid = parts.tree.group;
    const outlive = dieWithUs({ killNow: () => killTree(parts.tree) });
    this.exit = this.#ended().finally(outlive);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.hasExited) return;
    if (signal === 'SIGKILL') this.#isKilled = true;
    sendSignal(this.pid, signal);
  }

  catches(signal: NodeJS.Signals): boolean | undefined {
    return this.hasExited ? undefined : catchesSignal(this.pid, signal);
  }

  listening(): readonly number[] | undefined {
    const pids = this.hasExited ? [] : livingPids(this.parts.tree);
    return pids.length === 0 ? undefined : listeningPorts(pids);
  }

  isAtRest(): boolean | undefined {
    const pids = this.hasExited ? [] : livingPids(this.parts.tree);
    if (pids.length === 0) return undefined;
    const before = this.#ticks;
    const { isAsleep, ticks } = activityOf(pids);
    this.#ticks = ticks;
    return isAsleep && ticks === before;
  }

  kill(): void {
    if (this.hasExited) return;
    this.#isKilled = true;
    sendSignal(this.pid, 'SIGKILL');
    sendSignal(-this.parts.tree.group, 'SIGKILL');
  }

  async exec(command: readonly [program: string, ...args: string[]], signal: AbortSignal): Promise<ExecResult> {
    const { namespace, enter, cwd, env, ports } = this.parts;
    if (this.hasExited || signal.aborted) return { code: null, detail: 'the container does not run' };
    const own = withPorts(command, (port) => insideOf(ports, port));
    const [program, ...args] = [...(namespace?.enter(this.pid) ?? enter), ...own] as [string, ...string[]];
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = (): void => {
      if (child.pid !== undefined) sendSignal(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', stop, { once: true });
    const result = await resultOf(child);
    signal.removeEventListener('abort', stop);
    return result;
  }

  async #ended(): Promise<PodExit> {
    const { child, tree } = this.parts;
    const closed = once(child, 'close');
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.hasExited = true;
    await killRemains(tree);
    await Promise.race([closed, delay(OUTPUT_MS, undefined, { ref: false })]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return this.#exitOf(code, signal);
  }

  #exitOf(code: number | null, signal: NodeJS.Signals | null): PodExit {
    // Not every `unshare` passes on that its child was killed; some end with 1 instead.
    if (this.#isKilled && this.parts.namespace !== undefined && code === 1) return { code: 137, signal: 'SIGKILL' };
    return signal === null ? { code, signal } : { code: 128 + constants.signals[signal], signal };
  }
}

function insideOf(ports: readonly PodPort[], containerPort: number): number | undefined {
  return ports.find((port) => port.containerPort === containerPort)?.inside;
}

function resultOf(child: ChildProcess): Promise<ExecResult> {
  return new Promise((resolve) => {
    let last = '';
    for (const stream of [child.stdout, child.stderr]) {
      const lines = new LineSplitter((line) => {
        last = line;
      });
      stream?.on('data', (chunk: Buffer) => lines.write(chunk));
      stream?.once('close', () => lines.end());
    }
    child.once('error', (error) => resolve({ code: null, detail: error.message }));
    // Not 'close': what the command leaves behind in the background holds its output open.
    child.once('exit', (code, signal) => {
      const ending = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      setImmediate(() => resolve({ code, detail: last === '' ? ending : `${ending}: ${last}` }));
    });
  });
}
