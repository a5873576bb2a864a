/** How far the service has come on its way out, for work in flight. */
type Stage = 'serving' | 'leaving' | 'draining' | 'drained';

const STAGES: readonly Stage[] = ['serving', 'leaving', 'draining', 'drained'];

/**
 * Whether the service is leaving: one object, made before every part that has to know. Phases are what users see; an
 * `app.close()` with `enabled: false` walks them too, and drains nothing.
 */
export class ShutdownState {
  #stage: Stage = 'serving';

  /** True from the tick of the signal on. */
  get hasBegun(): boolean {
    return this.#stage !== 'serving';
  }

  /** Whether the drain has begun, and perhaps ended. */
  get isDraining(): boolean {
    return this.#stage === 'draining' || this.isDrained;
  }

  /** Whether the drain is over: nothing that comes now is waited for. */
  get isDrained(): boolean {
    return this.#stage === 'drained';
  }

  /** Moves on; never back. */
  moveTo(stage: Stage): void {
    if (STAGES.indexOf(stage) > STAGES.indexOf(this.#stage)) this.#stage = stage;
  }
}
