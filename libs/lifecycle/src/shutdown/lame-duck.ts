import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type LameDuck } from '../options/settings.js';

interface LameDuckParts {
  readonly clock: Clock;
  readonly traffic: { readonly lastRequestAt: number };
  readonly deadline: Deadline;
}

/**
 * Waits the lame duck out: at least `min`, at most `max`, in between only until no request but probes has come for
 * `quiet`.
 */
export async function waitOutLameDuck({ minMs, maxMs, quietMs }: LameDuck, parts: LameDuckParts): Promise<void> {
  const { clock, traffic, deadline } = parts;
  const startedAt = clock.now();
  const end = deadline.within(maxMs);
  const remaining = (): Deadline =>
    end.within(Math.max(startedAt + minMs, traffic.lastRequestAt + quietMs) - clock.now());
  for (let next = remaining(); !next.isPast; next = remaining()) await pass(next);
}

function pass(deadline: Deadline): Promise<void> {
  return new Promise((resolve) => {
    deadline.onReached(resolve);
  });
}
