import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Place } from './place.js';

/** Hears a line that an instance writes. */
export type OnLine = (instance: string, line: string) => void;

/** What an instance runs. */
export interface InstancePlan {
  /** What Node runs. */
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLine?: OnLine;
}

/** How a process ended. */
export interface InstanceEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The lines that are kept, to tell why an instance failed. */
const KEPT_LINES = 40;
const KILL_AFTER_MS = 45_000;

/** One process of a service. */
export class Instance {
  /** How it ended, once it has. */
  readonly end: Promise<InstanceEnd>;
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private readonly told = new EventEmitter();

  constructor(
    readonly place: Place,
    private readonly plan: InstancePlan,
  ) {
    const ports = { PORT: String(place.port), SHUTDOWN_PROBE_PORT: String(place.probePort) };
    this.child = spawn(process.execPath, [plan.file], {
      env: { ...plan.env, ...ports },
      // A group of its own: Ctrl-C of a terminal is for the fleet, which stops the services itself.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) if (stream) this.read(stream);
    this.end = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.lines.push(String(error));
        resolve({ code: null, signal: null });
      });
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** The last lines that it wrote. */
  get lastLines(): string {
    return this.lines.join('\n');
  }

  /** @throws when it ends, or `withinMs` is over, without such a line */
  async waitForLine(pattern: RegExp, withinMs: number): Promise<void> {
    const timeUp = AbortSignal.timeout(withinMs);
    let hasEnded = false;
    void this.end.then(() => {
      hasEnded = true;
      this.told.emit('line');
    });
    while (!this.lines.some((line) => pattern.test(line))) {
      if (hasEnded || timeUp.aborted)
        throw new Error(`${this.place.name} did not write ${pattern}:\n${this.lastLines}`);
      // The only way it rejects is by the signal.
      await once(this.told, 'line', { signal: timeUp }).catch(() => undefined);
    }
  }

  /** Sends SIGTERM, and SIGKILL when it has not ended long after its grace period. */
  async stop(): Promise<InstanceEnd> {
    this.child.kill('SIGTERM');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), KILL_AFTER_MS);
    try {
      return await this.end;
    } finally {
      clearTimeout(killer);
    }
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private read(stream: NodeJS.ReadableStream): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.lines.push(line);
      this.plan.onLine?.(this.place.name, line);
      this.told.emit('line');
      if (this.lines.length > KEPT_LINES) this.lines.shift();
    });
  }
}

/** What Node runs of a service. */
export function fileOf(service: string): string {
  return fileURLToPath(new URL(`../${service}/main.js`, import.meta.url));
}
