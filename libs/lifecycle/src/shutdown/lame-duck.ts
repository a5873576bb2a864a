import { type Clock, nextTurn } from '../deadline/clock.js';
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

/** A look that is so late was held up, as where the machine stood still. */
const LATE_MS = 100;
/** Turns of the event loop until a request has been read that was waiting: its connection, its bytes, and those of TLS. */
const TURNS_TO_READ = 5;

/** Requests that have come while the process stood still: they are read only after its timers have fired. */
class WaitingRequests {
  #readAt = -Infinity;

  /** Whether what came by `dueAt` has been read by now. Otherwise it is read before this resolves. */
  async areRead(now: number, dueAt: number): Promise<boolean> {
    if (now < dueAt + LATE_MS || this.#readAt >= dueAt) return true;
    for (let turn = 0; turn < TURNS_TO_READ; turn += 1) await nextTurn();
    this.#readAt = now;
    return false;
  }
}

/**
 * Waits until the lame duck is over: at least `min`, at most `max`. In between it ends when no request but exempt ones
 * has come for `quiet`, or when enough failing readiness answers were delivered. Time in which the process stood still is no quiet.
 */
export async function waitOutLameDuck(lameDuck: LameDuck, parts: LameDuckParts): Promise<LameDuckEnd> {
  const { clock, deadline, failedProbes } = parts;
  const startedAt = clock.now();
  const least = deadline.within(lameDuck.minMs);
  const end = deadline.within(lameDuck.maxMs);
  const { quietMs, untilProbesFailed } = limitsOf(lameDuck);
  const waiting = new WaitingRequests();
  for (;;) {
    // One time for all comparisons: of ends at the same moment, the first one below counts.
    const now = clock.now();
    if (now >= end.at) return endAt(end.at, { plannedAt: startedAt + lameDuck.maxMs, isAsked: parts.isAsked?.() });
    const quietAt = parts.sources.lastArrivalAt + quietMs;
    const isDue = now >= least.at;
    if (isDue && failedProbes.count >= untilProbesFailed) return 'probes-failed';
    if (isDue && now >= quietAt && (await waiting.areRead(now, Math.max(quietAt, least.at)))) return 'quiet';
    const next = isDue ? end.within(Math.max(0, quietAt - now)) : least;
    await next.settle(failedProbes.next());
  }
}

/** What is not written ends nothing. */
function limitsOf({ quietMs = Infinity, untilProbesFailed = Infinity }: LameDuck) {
  return { quietMs, untilProbesFailed };
}

function endAt(
  at: number,
  { plannedAt, isAsked = false }: { plannedAt: number; isAsked?: boolean | undefined },
): LameDuckEnd {
  if (isAsked) return 'asked';
  return at < plannedAt ? 'budget' : 'elapsed';
}
