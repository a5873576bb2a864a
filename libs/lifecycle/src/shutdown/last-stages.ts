import { nextTurn } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { reportSoFar } from './assemble-report.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

interface StoppedStage {
  readonly trigger: Trigger | undefined;
  readonly deadline: Deadline;
  readonly enter: () => void;
}

/** Runs the hooks that come when all is over. What they do is in the report as well, which is made after them. */
export async function runStoppedHooks(parts: SequenceParts, { trigger, deadline, enter }: StoppedStage): Promise<void> {
  const { hooks } = parts;
  if (!hooks.hasAny('stopped')) return;
  const report = reportSoFar(parts, trigger);
  enter();
  await hooks.run('stopped', deadline, { report });
  await hooks.lateOnesEnded();
  await nextTurn();
}

interface TelemetryStage {
  readonly trigger: Trigger | undefined;
  readonly deadline: Deadline;
  /** Whether the report has been made meanwhile: the budget was used up. */
  readonly isOver: () => boolean;
  readonly endsProcess: boolean;
}

/** Sends the last metrics, and closes the exporters of telemetry. */
export async function closeTelemetry(parts: SequenceParts, stage: TelemetryStage): Promise<void> {
  const { trigger, deadline } = stage;
  if (stage.isOver()) return;
  await parts.telemetry.beforeTelemetry(() => reportSoFar(parts, trigger), deadline);
  if (!stage.isOver()) await parts.resources.closeTelemetry(deadline, stage);
}
