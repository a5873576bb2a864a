import { type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Variant } from '../variants.js';
import { type Node } from './node-versions.js';
import { startProgram } from './programs.js';
import { wallClock, within } from './within.js';

/** What a service is started with. */
export interface ServiceOptions {
  readonly variant: Variant;
  readonly node: Node;
  /** `GracefulShutdownModule`'s options; the other variants have no use for them. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
  readonly cpu?: number;
}

/** How a service ended. */
export interface ServiceExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** On the wall clock. */
  readonly at: number;
}

/** What a service has used. */
export interface Usage {
  readonly cpu: NodeJS.CpuUsage;
  readonly memory: NodeJS.MemoryUsage;
}

const BOOT_MS = 60_000;

/** A running service of one variant. */
export class Service {
  readonly exit: Promise<ServiceExit>;
  #output = '';
  port = 0;
  bootMs = 0;

  private constructor(private readonly child: ChildProcess) {
    this.exit = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code, signal, at: wallClock() }));
    });
  }

  /** Starts a service and waits until it listens. */
  static async start({ variant, node, options = {}, env = {}, ...program }: ServiceOptions): Promise<Service> {
    const settings = { VARIANT: variant.name, OPTIONS: JSON.stringify(options), ...env };
    const service = new Service(startProgram('apps/service.js', { ...program, nodePath: node.path, env: settings }));
    await within(BOOT_MS, service.#listening(), `the start of ${variant.name}`);
    return service;
  }

  get output(): string {
    return this.#output;
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  terminate(): void {
    this.child.kill('SIGTERM');
  }

  async kill(): Promise<void> {
    if (!this.hasExited) this.child.kill('SIGKILL');
    await this.exit;
  }

  /** What it has used so far; `afterGc` is for services started with `--expose-gc`. */
  async usage({ afterGc = false } = {}): Promise<Usage> {
    const response = await fetch(`http://127.0.0.1:${this.port}/usage${afterGc ? '?gc=1' : ''}`, {
      headers: { connection: 'close' },
    });
    return (await response.json()) as Usage;
  }

  /** The most memory it has ever had, in bytes, where the system tells: on Linux. */
  peakMemory(): number {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) * 1024;
    } catch {
      return Number.NaN;
    }
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        this.#output += chunk.toString();
        const [, port, bootMs] = /listening on (\d+) after ([\d.]+)/.exec(this.#output) ?? [];
        if (port === undefined || this.port !== 0) return;
        this.port = Number(port);
        this.bootMs = Number(bootMs);
        resolve();
      };
      this.child.stdout?.on('data', read);
      this.child.stderr?.on('data', read);
      void this.exit.then(({ code, signal }) => {
        reject(new Error(`ended with ${code ?? signal} instead of listening\n${this.#output}`));
      });
    });
  }
}
