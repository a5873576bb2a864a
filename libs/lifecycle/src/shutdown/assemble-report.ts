import { toItem, withoutAnswered } from '../in-flight/work.js';
import { readLastWords } from './last-words.js';
import { NOTHING_LEFT, type ReportedEnding } from './report-recorder.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';
import { type ShutdownReport } from './shutdown-report.js';
import { namesOfAwaited } from './waiting-for.js';

/** How a shutdown ends. */
export interface EndingKind {
  /** Whether something may still go on. */
  readonly isForced: boolean;
  /** Of a second signal. */
  readonly exitCode?: number;
}

/** The report as far as it is known, of a shutdown that goes on. */
export function reportSoFar(parts: SequenceParts, trigger: Trigger | undefined): ShutdownReport {
  return assemble(parts, NOTHING_LEFT, { trigger, isFinal: false });
}

/** The report of a shutdown that is over. */
export function finalReport(parts: SequenceParts, trigger: Trigger | undefined, ending: EndingKind): ShutdownReport {
  const { clock, nest, hooks, drain, sources } = parts;
  // Named as interrupted even when there was no time to do it properly.
  const unnamed = withoutAnswered(sources.inFlight.active()).filter((work) => !drain.hasInterrupted(work));
  const left = {
    ...ending,
    cut: ending.isForced ? unnamed.map((work) => toItem(work, clock.now())) : [],
    runningHooks: hooks.running,
    runningNestHooks: nest.running,
    skippedHooks: hooks.waiting,
    leftBehind: ending.isForced ? namesOfAwaited(parts) : [],
  };
  return assemble(parts, left, { trigger, isFinal: true });
}

function assemble(
  { recorder, drain, sources, unseen }: SequenceParts,
  ending: ReportedEnding,
  { trigger, isFinal }: { readonly trigger: Trigger | undefined; readonly isFinal: boolean },
): ShutdownReport {
  // First: a source may say only now that it has work that cannot be seen.
  const lastWords = readLastWords(sources.lastWords({ isFinal }));
  return recorder.finish({
    ...ending,
    ...lastWords,
    ownExitCode: trigger?.exitCode ?? Number(process.exitCode ?? 0),
    drained: drain.drained,
    unseen: unseen.sentences({ endsProcess: trigger?.signal !== undefined }),
  });
}
