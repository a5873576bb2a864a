import { type Deadline } from '../deadline/deadline.js';
import { type Budget, lameDuckHooksMs } from './budget.js';
import { type EndableWaits } from './endable-waits.js';
import { isRouted, takesTurns } from './first-tick.js';
import { type LameDuckStage } from './lame-duck.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

/** What a lame duck is run with. */
interface LameDuckStep {
  readonly budget: Budget;
  readonly waits: EndableWaits;
  readonly stage: LameDuckStage;
  readonly trigger: Trigger | undefined;
}

/** Keeps serving, so that routers have time to send elsewhere, while hooks stop intakes that pull. */
export async function runLameDuck(parts: SequenceParts, step: LameDuckStep): Promise<void> {
  const { budget, waits, stage, trigger } = step;
  const { beforeHooks: deadline, shares } = budget;
  const limit = deadline.within(lameDuckHooksMs(shares));
  const intakeStopped = stopPulling(parts, limit);
  const hooksRun = parts.hooks.run('lame-duck', limit);
  const isSkipped = !hasLameDuck(parts, trigger);
  const isAsked = (): boolean => waits.isAsked('lame-duck');
  const hasTurns = takesTurns(parts, trigger);
  const limited = isSkipped && !hasTurns ? deadline : deadline.limitedBy(waits.begin('lame-duck'));
  // Requests are served until it is the turn of this instance.
  const turn = hasTurns ? parts.coordination.wait(limited) : undefined;
  await stage.run(limited, { isSkipped, lameDuck: shares.lameDuck, isAsked });
  await turn;
  waits.over();
  if (isRouted(parts, trigger)) parts.sources.afterLameDuck();
  await Promise.all([hooksRun, intakeStopped]);
}

/** Whether there is any: routers send here, or the user wants it anyway. */
export function hasLameDuck(parts: SequenceParts, trigger: Trigger | undefined): boolean {
  const { settings, sources } = parts;
  return isRouted(parts, trigger) && (settings.lameDuck.isExplicit || sources.isListening);
}

/** Stops intakes that pull, such as consumers: from now on other instances can take that work. */
async function stopPulling({ settings, sources }: SequenceParts, deadline: Deadline): Promise<void> {
  if (settings.enabled) await sources.stopIntake('lame-duck', deadline);
}
