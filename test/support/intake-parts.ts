import { Deadline } from '../../libs/lifecycle/src/deadline/deadline.js';
import { createGuard } from '../../libs/lifecycle/src/errors/foreign-call.js';
import { type ConnectionsParts } from '../../libs/lifecycle/src/traffic/messages/transport-server.js';
import { ManualClock } from './manual-clock.js';

/** A server as Nest's are: handlers, `send()`, and the client that it gives out. */
export class FakeServer {
  options: Record<string, unknown> = {};

  constructor(
    private readonly client: unknown,
    private readonly handlers = new Map<unknown, unknown>([
      ['orders.placed', { isEventHandler: true }],
      ['orders.find', { isEventHandler: false }],
    ]),
  ) {}

  unwrap(): unknown {
    return this.client;
  }

  getHandlers(): unknown {
    return this.handlers;
  }

  getRequestPattern(pattern: string): string {
    return `${pattern}.requests`;
  }

  /** As Nest's: each answer is published, the last one says so. */
  send(answers: readonly unknown[], respond: (packet: unknown) => unknown): void {
    for (const [index, response] of answers.entries()) respond({ response, isDisposed: index === answers.length - 1 });
  }
}

export const clock = new ManualClock();
/** Names of what was cut, and of foreign calls that failed, since {@link beginIntake}. */
export const cut: string[] = [];
export const failed: string[] = [];

export const parts: ConnectionsParts = {
  clock,
  guard: createGuard((name) => failed.push(name)),
  onCut: (items) => cut.push(...items.map(({ name }) => name)),
  workMs: 25_000,
  onAdvice: () => undefined,
};

export const soon = (): Deadline => new Deadline(clock, clock.now() + 10_000);

/** Before each test. */
export function beginIntake(): void {
  cut.length = 0;
  failed.length = 0;
}

/** Whether a step is over, after as much time as given. */
export async function isOver(step: Promise<unknown>, afterMs = 0): Promise<boolean> {
  let over = false;
  void step.then(() => (over = true));
  await clock.advance(afterMs);
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}
