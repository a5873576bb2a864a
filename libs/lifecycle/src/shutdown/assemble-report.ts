import { toItem, withoutAnswered } from '../in-flight/work.js';
import { summariseSources } from './source-reports.js';
import { openHandles } from './open-handles.js';
import { NOTHING_LEFT, type ReportedEnding } from './report-recorder.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { namesOfAwaited } from './waiting-for.js';

/** The way in which a shutdown ends. */
export interface EndingKind {
  /** Whether the process ends while something may still run. */
  readonly isForced: boolean;
  /** The exit code of a second signal. */
  readonly exitCode?: number;
}

/** The report of a shutdown that still runs, as far as it is known. */
export function reportSoFar(parts: SequenceParts, trigger: Trigger | undefined): ShutdownReport {
  return assemble(parts, NOTHING_LEFT, { trigger, isFinal: false });
}

/** Tells the report so far, because hooks are about to close logs. */
export function tellEnding(parts: SequenceParts, trigger: Trigger | undefined): void {
  parts.events.emit({ type: 'shutdown-ending', report: reportSoFar(parts, trigger) });
}

/** The report of a shutdown that is over. */
export function finalReport(parts: SequenceParts, trigger: Trigger | undefined, ending: EndingKind): ShutdownReport {
  const { clock, host, hooks, drain, sources } = parts;
  // This work counts as interrupted, even when there was no time to interrupt it properly.
  const unnamed = withoutAnswered(sources.inFlight.active()).filter((work) => !drain.hasInterrupted(work));
  const left = {
    ...ending,
    cut: ending.isForced ? unnamed.map((work) => toItem(work, clock.now())) : [],
    runningHooks: hooks.running,
    runningNestHooks: host.running,
    skippedHooks: hooks.waiting,
    leftBehind: ending.isForced ? namesOfAwaited(parts) : [],
    openHandles: ending.isForced ? openHandles() : [],
  };
  return assemble(parts, left, { trigger, isFinal: true });
}

function assemble(
  { recorder, drain, sources, unseen, loop }: SequenceParts,
  ending: ReportedEnding,
  { trigger, isFinal }: { readonly trigger: Trigger | undefined; readonly isFinal: boolean },
): ShutdownReport {
  // Read first: it may add work that cannot be seen, which `unseen` reads below.
  const summary = summariseSources(sources.lastWords({ isFinal }));
  return recorder.finish({
    ...ending,
    ...summary,
    ownExitCode: trigger?.exitCode ?? Number(process.exitCode ?? 0),
    drained: drain.drained,
    loop: loop.read(),
    unseen: unseen.sentences({ endsProcess: trigger?.signal !== undefined }),
  });
}
