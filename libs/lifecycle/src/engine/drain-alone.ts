import { type EventLog } from '../events/event-log.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type ShutdownSequence } from '../shutdown/shutdown-sequence.js';

interface DrainParts {
  readonly sequence: ShutdownSequence;
  readonly settings: { readonly enabled: boolean };
  readonly log: EventLog;
  readonly sources: WorkSources;
}

/** How a drain has ended. Plain data. */
export interface DrainResult {
  /** `drained`: nothing is in flight any more. `interrupted`: something had to be cut. */
  readonly outcome: 'drained' | 'interrupted';
  /** How many pieces of work have ended by themselves since it began. */
  readonly drained: number;
  /** How many were cut. */
  readonly interrupted: number;
  /** Milliseconds since it began. */
  readonly durationMs: number;
}

/** Begins a drain alone, or joins the shutdown that has begun. */
export function beginDrain({ sequence, settings, log }: DrainParts, reason: string): void {
  if (!settings.enabled) log.warn(`${reason} drains nothing with enabled: false, which leaves traffic to Nest.`);
  void sequence.start({ reason, isDrain: true });
}

/** Drains, and says how that went. The service then stays as it is until a signal or `app.close()` comes. */
export async function drainAlone(parts: DrainParts, reason: string): Promise<DrainResult> {
  beginDrain(parts, reason);
  await parts.sequence.whenDrained;
  const { sequence, sources } = parts;
  const interrupted = sources.statistics().reduce((sum, one) => sum + one.interrupted, 0);
  return {
    outcome: interrupted === 0 ? 'drained' : 'interrupted',
    drained: sequence.drain.drained,
    interrupted,
    durationMs: Math.round(sequence.elapsedMs),
  };
}
