import { type Deadline } from '../deadline/deadline.js';
import { type Budget, lameDuckHooksMs } from './budget.js';
import { type EndableWaits } from './endable-waits.js';
import { isRouted, takesTurns } from './first-tick.js';
import { LameDuckHooks } from './lame-duck-hooks.js';
import { LameDuckStage } from './lame-duck.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';

/** What a lame duck is run with. */
interface LameDuckRun {
  readonly budget: Budget;
  readonly waits: EndableWaits;
  readonly trigger: Trigger | undefined;
}

/** The lame duck of one shutdown. */
export class LameDuckStep {
  readonly hooks: LameDuckHooks;
  readonly #stage: LameDuckStage;

  constructor(private readonly parts: SequenceParts) {
    this.hooks = new LameDuckHooks(parts);
    this.#stage = new LameDuckStage(parts);
  }

  /** Keeps serving, so that routers have time to send elsewhere, while hooks stop intakes that pull. */
  async run({ budget, waits, trigger }: LameDuckRun): Promise<void> {
    const { parts } = this;
    const { beforeHooks: deadline, shares } = budget;
    const limit = deadline.within(lameDuckHooksMs(shares));
    const intakeStopped = stopPulling(parts, limit);
    const hooksRun = this.hooks.run(limit, deadline);
    const isSkipped = !hasLameDuck(parts, trigger);
    const isAsked = (): boolean => waits.isAsked('lame-duck');
    const hasTurns = takesTurns(parts, trigger);
    const limited = isSkipped && !hasTurns ? deadline : deadline.limitedBy(waits.begin('lame-duck'));
    // Requests are served until it is the turn of this instance.
    const turn = hasTurns ? parts.coordination.wait(limited) : undefined;
    await this.#stage.run(limited, { isSkipped, lameDuck: shares.lameDuck, isAsked });
    await turn;
    waits.over();
    if (isRouted(parts, trigger)) parts.sources.afterLameDuck();
    await Promise.all([hooksRun, intakeStopped]);
  }

  /** The process ends now, during the lame duck or after it. */
  force(): void {
    this.#stage.force();
  }
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
