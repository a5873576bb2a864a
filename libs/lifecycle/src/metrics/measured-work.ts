import { type Clock } from '../deadline/clock.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { withoutAnswered, type Work } from '../in-flight/work.js';
import { type Source, type WorkSources } from '../in-flight/work-sources.js';
import { type Phase, PHASES } from '../phase/phase.js';
import { type Measurements } from './measurements.js';

interface WorkParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly sources: WorkSources;
  readonly phases: { readonly current: Phase };
  readonly sequence: { readonly hasBegun: boolean; readonly elapsedMs: number };
  readonly own: { readonly traffic: Pick<Source, 'lastWord'> };
}

/** Kinds of work that belong to a queue, or to a pattern of messages. */
const QUEUED: ReadonlySet<string> = new Set(['job', 'message']);

/** Measures jobs and messages as they end, and reads what is in flight and how far the shutdown is when that is asked for. */
export function measureWork(parts: WorkParts, into: Measurements): void {
  const { clock, sources } = parts;
  sources.each((source) =>
    source.followEnds?.((work) => {
      if (!QUEUED.has(work.kind)) return;
      const queue = queueOf(work, source);
      into.of('queueProcessed').add(1, work.kind, queue);
      const duration = into.of('queueDuration').at(work.kind, queue);
      into.observe('queueDuration', (clock.now() - work.startedAt) / 1000, duration);
    }),
  );
  into.beforeRead(() => {
    readInFlight(parts, into);
    readShutdown(parts, into);
  });
}

/** A job by its queue, a message by the pattern of its handler; neither by its data. */
function queueOf(work: Work, source: Source): string {
  return work.kind === 'job' ? (source.queue ?? source.name) : work.describe().name;
}

function readInFlight({ inFlight, sources }: WorkParts, into: Measurements): void {
  const total = into.of('inFlight');
  total.zero();
  total.at('response');
  for (const { kind } of withoutAnswered(inFlight.active())) total.add(1, kind);
  const queued = into.of('queueInFlight');
  queued.zero();
  for (const source of sources) {
    for (const work of source.active()) if (QUEUED.has(work.kind)) queued.add(1, work.kind, queueOf(work, source));
  }
}

function readShutdown({ phases, sequence, own }: WorkParts, into: Measurements): void {
  for (const phase of PHASES) into.of('phase').set(Number(phase === phases.current), phase);
  if (!sequence.hasBegun) return;
  into.of('duration').set(sequence.elapsedMs / 1000);
  into.of('late').set(own.traffic.lastWord?.(false).sections?.lateConnections?.requests ?? 0);
}
