import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type EventStream } from '../events/event-stream.js';
import { type LameDuck, type Settings } from '../options/settings.js';
import { type LameDuckEnd } from '../report/lame-duck-end.js';

interface LameDuckParts {
  readonly clock: Clock;
  readonly sources: { readonly lastArrivalAt: number };
  readonly failedProbes: {
    readonly count: number;
    /** Resolves with the next failing readiness answer. */
    next(): Promise<void>;
  };
  readonly deadline: Deadline;
  /** Whether the deadline was moved ahead by `endWait()`. */
  readonly isAsked?: () => boolean;
}

/** The settings of one run. */
interface StageRun {
  readonly isSkipped: boolean;
  readonly lameDuck: LameDuck;
  readonly isAsked: () => boolean;
}

interface StageParts extends Omit<LameDuckParts, 'deadline' | 'failedProbes' | 'isAsked'> {
  readonly failedProbes: LameDuckParts['failedProbes'] & {
    /** How many failing readiness answers did not count. */
    readonly repeated: number;
    /** Stops counting. */
    end(): void;
  };
  readonly events: EventStream;
  readonly settings: Pick<Settings, 'singleReplica'>;
}

/** The lame duck of one shutdown. Emits the event of its end once. */
export class LameDuckStage {
  #isOn = false;

  constructor(private readonly parts: StageParts) {}

  /** Waits until the lame duck is over, unless it is skipped. */
  async run(deadline: Deadline, { isSkipped, lameDuck, isAsked }: StageRun): Promise<void> {
    this.#isOn = true;
    const endedBy = isSkipped ? 'skipped' : await waitOutLameDuck(lameDuck, { ...this.parts, deadline, isAsked });
    this.#end(endedBy, endedBy === 'elapsed' && this.#isStillAlone(lameDuck));
  }

  /** The process ends now, during the lame duck or after it. */
  force(): void {
    this.#end('forced');
  }

  #isStillAlone({ quietMs = 0 }: LameDuck): boolean {
    const { clock, sources, settings } = this.parts;
    return settings.singleReplica !== false && clock.now() - sources.lastArrivalAt < quietMs;
  }

  #end(endedBy: LameDuckEnd, isStillAlone = false): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    const { events, failedProbes } = this.parts;
    failedProbes.end();
    const { count, repeated: repeatedProbes } = failedProbes;
    events.emit({ type: 'lame-duck-ended', endedBy, failedProbes: count, repeatedProbes, isStillAlone });
  }
}

/**
 * Waits until the lame duck is over: at least `min`, at most `max`. In between it ends when no request but exempt ones
 * has come for `quiet`, or when enough failing readiness answers were delivered.
 */
export async function waitOutLameDuck(lameDuck: LameDuck, parts: LameDuckParts): Promise<LameDuckEnd> {
  const { clock, deadline, failedProbes } = parts;
  const startedAt = clock.now();
  const least = deadline.within(lameDuck.minMs);
  const end = deadline.within(lameDuck.maxMs);
  for (;;) {
    // One time for all comparisons: of ends at the same moment, the first one below counts.
    const now = clock.now();
    if (now >= end.at) return endAt(end.at, { plannedAt: startedAt + lameDuck.maxMs, isAsked: parts.isAsked?.() });
    const quietAt = parts.sources.lastArrivalAt + (lameDuck.quietMs ?? Infinity);
    if (now >= least.at) {
      if (failedProbes.count >= (lameDuck.untilProbesFailed ?? Infinity)) return 'probes-failed';
      if (now >= quietAt) return 'quiet';
    }
    const next = now >= least.at ? end.within(quietAt - now) : least;
    await next.settle(failedProbes.next());
  }
}

function endAt(
  at: number,
  { plannedAt, isAsked = false }: { plannedAt: number; isAsked?: boolean | undefined },
): LameDuckEnd {
  if (isAsked) return 'asked';
  return at < plannedAt ? 'budget' : 'elapsed';
}
