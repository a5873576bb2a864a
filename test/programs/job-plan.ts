import type { GracefulShutdownOptions } from 'nestjs-lifecycle';

/** What a worker of a job ledger is told, as JSON in `JOBS`. */
export interface JobPlan {
  readonly library: 'bullmq' | 'bull';
  /** Names of queues begin with it. */
  readonly queue: string;
  /** Without the module the worker is plain Nest, with `enableShutdownHooks()`. */
  readonly withModule: boolean;
  readonly options: GracefulShutdownOptions;
  /** How long a job takes, at least and at most. */
  readonly jobMs: readonly [least: number, most: number];
  readonly concurrency: number;
  /** How soon a job of a worker that is gone is found, in milliseconds. */
  readonly stalledMs: number;
  /** What a lame-duck hook of the application does by itself. */
  readonly hook?: 'close';
  /** A file with the processor, run in a process of its own. */
  readonly sandbox?: string;
  readonly redis: { readonly host: string; readonly port: number };
  readonly database: string;
}

// What the harness passes.
export const plan = JSON.parse(process.env['JOBS'] ?? '{}') as JobPlan;
