import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import type { Answer } from './http-client.js';
import { type Program, type ProgramExit, startProgram } from './program.js';
import type { Upstream } from './proxy-process.js';
import { reportOf } from './service.js';

/** Where a replica can run, and what runs there. */
export interface Place extends Upstream {
  adapter: 'express' | 'fastify';
}

export interface ReplicasOptions {
  nest: 11 | 12;
  options: GracefulShutdownOptions;
}

/** What became of one replica, from start to end. */
export interface ReplicaEnd {
  name: string;
  code: number | null;
  outcome: string;
  /** How many requests it has handled, probes aside. */
  handled: number;
}

/** The replicas of one service, at most one at each place that its load balancer knows. */
export class Replicas {
  /** How those that were stopped ended, in order. */
  readonly ends: ReplicaEnd[] = [];
  private readonly running = new Map<string, { name: string; program: Program }>();
  private started = 0;

  constructor(private readonly service: ReplicasOptions) {}

  /** How many requests all replicas that have ended have handled. */
  get handled(): number {
    return this.ends.reduce((sum, { handled }) => sum + handled, 0);
  }

  /** Starts a new replica, and returns the name that is in its answers, once it listens. */
  async start({ name: place, port, adapter }: Place): Promise<string> {
    const { nest, options } = this.service;
    const name = `${place}-${(this.started += 1)}`;
    const env = { NAME: name, PORT: String(port), ADAPTER: adapter, OPTIONS: JSON.stringify(options) };
    const program = startProgram('replica', { nest, env });
    this.running.set(place, { name, program });
    await program.url();
    return name;
  }

  /** Tells the replica at a place to stop. */
  terminate({ name: place }: Upstream): void {
    this.at(place).program.signal('SIGTERM');
  }

  /** Returns when the replica at a place has ended. */
  async ended({ name: place }: Upstream): Promise<void> {
    const { name, program } = this.at(place);
    const exit = await program.exit;
    this.running.delete(place);
    this.ends.push({ name, code: exit.code, outcome: reportOf(exit).outcome, handled: handledBy(exit) });
  }

  /** Stops all that still run, and returns when they have ended. */
  async stop(): Promise<void> {
    const places = [...this.running.keys()].map((name) => ({ name, port: 0 }));
    for (const place of places) this.terminate(place);
    for (const place of places) await this.ended(place);
  }

  private at(place: string): { name: string; program: Program } {
    const replica = this.running.get(place);
    if (replica === undefined) throw new Error(`no replica runs at ${place}`);
    return replica;
  }
}

/** Knows which replicas have answered. */
export class AnsweringReplicas {
  private readonly seen = new Set<string>();
  private readonly waiting: { name: string; resolve: () => void }[] = [];

  /** To be given every answer. */
  readonly note = ({ body }: Answer): void => {
    const name = /"replica":"([^"]*)"/.exec(body)?.[1];
    if (name === undefined || this.seen.has(name)) return;
    this.seen.add(name);
    for (const waiter of this.waiting) if (waiter.name === name) waiter.resolve();
  };

  /** Resolves when a replica has answered. */
  answered(name: string): Promise<void> {
    if (this.seen.has(name)) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ name, resolve }));
  }
}

function handledBy({ output }: ProgramExit): number {
  return Number(/^handled: (\d+)$/m.exec(output)?.[1]);
}
