import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { Limit } from '../deadline/limit.js';
import { type HookStage } from './hook-stage.js';

interface LameDuckHooksParts {
  readonly clock: Clock;
  readonly hooks: HookStage;
}

/** How long hooks that have run on get to end by themselves, once a drain was ended early and has cut what they may wait for. */
const GIVE_UP_MS = 1000;

/**
 * Hooks of the lame duck. The lame duck waits for them as long as its share lasts. What still runs then, such as the close of a
 * consumer that waits for its job, runs on into the drain.
 */
export class LameDuckHooks {
  readonly #limit = new Limit();

  constructor(private readonly parts: LameDuckHooksParts) {}

  /**
   * Runs them. Resolves once they have ended, or their share is up.
   *
   * @param beforeHooks the latest moment for what is waited for before the closing hooks
   */
  run(share: Deadline, beforeHooks: Deadline): Promise<void> {
    return this.parts.hooks.run('lame-duck', share, { runOn: beforeHooks.limitedBy(this.#limit) });
  }

  /**
   * Gives those that have run on the time of the drain, and a second where the drain is ended early. Returns a promise that
   * resolves once all have ended or were given up.
   *
   * @param latestAt the moment that even this second does not exceed
   */
  async drain(drain: Deadline, ended: Deadline, latestAt: () => number): Promise<void> {
    this.#limit.moveTo(drain.at);
    const giveUp = (): void => this.#limit.moveTo(Math.min(this.parts.clock.now() + GIVE_UP_MS, latestAt()));
    const cancel = ended.onReached(giveUp);
    await this.parts.hooks.thoseThatRunOnEnded();
    cancel();
  }
}
