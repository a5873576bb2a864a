import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type ProtectionState } from './protection-endpoint.js';

/** How often it is looked whether there is work: nothing is done for each piece. */
const LOOK_MS = 1000;
/** How long nothing must be in flight before the protection is given back. */
const IDLE_MS = 5000;
/** How long a call of the agent may take; its own limit is 5 s. */
const CALL_MS = 5000;
/** How long after a call that failed the next one is made. */
const RETRY_MS = 10_000;
/** Of each minute of its time, until it is renewed. */
const HALF_A_MINUTE_MS = 30_000;

interface ProtectionParts {
  readonly clock: Clock;
  readonly inFlight: { readonly total: number };
  readonly expiresInMinutes: number;
  readonly put: (state: ProtectionState, signal: AbortSignal) => Promise<void>;
  readonly log: {
    warn(message: string, fields: Readonly<Record<string, unknown>>): void;
    debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  };
}

/**
 * Keeps the task of this process from being chosen when its ECS service is scaled in or updated, as long as there is work. Set when
 * work is seen, renewed before it expires, and given back when nothing has been in flight for a while, or at the stop.
 */
export class TaskProtection {
  /** Or may be: a call that was not answered may have set it. */
  #isOn = false;
  /** The call that is on its way. */
  #call: AbortController | undefined;
  #isReleased = false;
  #renewAt = 0;
  #retryAt = 0;
  #idleSince: number | undefined;
  #told = new Set<string>();
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: ProtectionParts) {}

  /** Begins to look for work. Keeps no process alive. */
  start(): void {
    this.#look();
    if (!this.#isReleased) this.#cancel = this.parts.clock.meanwhile(LOOK_MS, () => this.start());
  }

  /** Looks no more. */
  stop(): void {
    this.#isReleased = true;
    this.#cancel();
  }

  /** Gives it back, if there is any, within `ms`. Never rejects. */
  async release(ms: number): Promise<void> {
    this.stop();
    if (!this.#isOn && this.#call === undefined) return;
    // It must not come after the one that gives back.
    this.#call?.abort();
    await this.#ask(false, ms);
  }

  #look(): void {
    const { clock, inFlight } = this.parts;
    const now = clock.now();
    if (inFlight.total > 0) {
      this.#idleSince = undefined;
      return this.#isOn && now < this.#renewAt ? undefined : this.#askInTime(true);
    }
    this.#idleSince ??= now;
    if (this.#isOn && now - this.#idleSince >= IDLE_MS) this.#askInTime(false);
  }

  #askInTime(isEnabled: boolean): void {
    if (this.#call !== undefined || this.parts.clock.now() < this.#retryAt) return;
    void this.#ask(isEnabled, CALL_MS);
  }

  async #ask(isEnabled: boolean, ms: number): Promise<void> {
    const { clock, put, expiresInMinutes, log } = this.parts;
    const call = new AbortController();
    this.#call = call;
    const asked = put({ isEnabled, expiresInMinutes }, call.signal);
    const settled = await new Deadline(clock, clock.now() + ms).settle(asked);
    // Another one was made meanwhile.
    if (this.#call !== call) return;
    this.#call = undefined;
    if (settled.how === 'done') {
      this.#isOn = isEnabled;
      this.#renewAt = clock.now() + expiresInMinutes * HALF_A_MINUTE_MS;
      this.#told.clear();
      const text = `the ECS task is ${isEnabled ? '' : 'no longer '}protected from scale-in`;
      return log.debug(text, { event: 'ecs-protection', isEnabled });
    }
    if (settled.how === 'late') {
      call.abort();
      this.#isOn ||= isEnabled;
    }
    this.#retryAt = clock.now() + RETRY_MS;
    const why = settled.how === 'late' ? `the ECS agent has not answered in ${ms} ms` : describeError(settled.error);
    this.#tell(isEnabled, why);
  }

  /** Once for each cause, until a call succeeds. */
  #tell(isEnabled: boolean, why: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    const what = isEnabled ? 'protecting the ECS task from scale-in' : 'giving back the protection of the ECS task';
    this.parts.log.warn(`${what} failed: ${why}`, { event: 'ecs-protection-failed', isEnabled });
  }
}
