import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type LameDuck } from '../options/settings.js';

/**
 * What ended the lame duck.
 *
 * - `skipped`: there was none (no time for it, as outside production; nothing listens; `app.close()`; `enabled: false`)
 * - `elapsed`: its time was over
 * - `quiet`: no request but exempt ones had come for long enough
 * - `probes-failed`: enough failing readiness answers had been delivered
 * - `budget`: the hooks' share of the budget began
 */
export type LameDuckEnd = 'skipped' | 'elapsed' | 'quiet' | 'probes-failed' | 'budget';

interface LameDuckParts {
  readonly clock: Clock;
  readonly traffic: { readonly lastRequestAt: number };
  readonly failedProbes: {
    readonly count: number;
    /** Resolves with the next one. */
    next(): Promise<void>;
  };
  readonly deadline: Deadline;
}

/**
 * Waits the lame duck out: at least `min`, at most `max`, in between only until no request but exempt ones has come for
 * `quiet`, or until readiness has failed often enough for whoever asks.
 */
export async function waitOutLameDuck(lameDuck: LameDuck, parts: LameDuckParts): Promise<LameDuckEnd> {
  const { clock, deadline, failedProbes } = parts;
  const startedAt = clock.now();
  const least = deadline.within(lameDuck.minMs);
  const end = deadline.within(lameDuck.maxMs);
  for (;;) {
    if (end.isPast) return end.at < startedAt + lameDuck.maxMs ? 'budget' : 'elapsed';
    const quietAt = parts.traffic.lastRequestAt + (lameDuck.quietMs ?? Infinity);
    if (least.isPast) {
      if (failedProbes.count >= (lameDuck.untilProbesFailed ?? Infinity)) return 'probes-failed';
      if (clock.now() >= quietAt) return 'quiet';
    }
    const next = least.isPast ? end.within(quietAt - clock.now()) : least;
    await next.settle(failedProbes.next());
  }
}
