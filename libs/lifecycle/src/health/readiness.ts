import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type Duration, formatDuration, parseDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type Settings } from '../options/settings.js';
import { asHandle } from '../resources/handle.js';
import { type ReadinessCheck } from './readiness-check.js';

/** How one gate is checked. */
export interface GateOptions {
  /** How long the check may take before the gate counts as down. Default `readiness.timeout` of the module. */
  readonly timeout?: Duration | undefined;
  /** How long a result is reused. Default `readiness.cacheFor` of the module. */
  readonly cacheFor?: Duration | undefined;
}

/** Undoes `addGate`; also at the end of a block, with `using` or `await using`. */
export interface GateHandle extends Disposable, AsyncDisposable {
  (): void;
}

/** What readiness is right now: the verdict, and each gate by name. */
export interface ReadinessState {
  readonly isReady: boolean;
  readonly gates: Readonly<Record<string, 'up' | 'down'>>;
}

/** The check of a gate: up unless it throws, rejects or answers `false`. */
export type GateCheck = ReadinessCheck['check'];

/** What readiness needs to know of the phase. */
export interface ReadinessPhase {
  readonly hasStarted: boolean;
  readonly isShuttingDown: boolean;
}

/** Called by readiness. */
export interface ReadinessListeners {
  readonly gateDown: (name: string, error: unknown) => void;
  /** Readiness was asked for, and it failed. */
  readonly refused?: () => void;
}

/** Whether routers should send requests here: the phase allows it, and every gate is up. */
export class Readiness {
  readonly #gates = new Map<string, Gate>();
  readonly #conditions = new Map<string, () => boolean>();
  readonly #refusals = new WeakSet<object>();

  constructor(
    private readonly clock: Clock,
    private readonly settings: Omit<Settings['readiness'], 'eventLoop'>,
    private readonly phase: ReadinessPhase,
    private readonly on: ReadinessListeners,
  ) {}

  /**
   * Adds a condition for readiness, such as a database that answers. Checked at most once per `cacheFor`, and given
   * `timeout`, so that a slow one cannot make the probe hang nor be piled upon.
   *
   * @throws LifecycleError when there is a gate of that name, or a duration cannot be used
   */
  addGate(written: string, check: GateCheck, options: GateOptions = {}): GateHandle {
    const name = nameText(written);
    if (this.#gates.has(name)) {
      throw new LifecycleError(
        'INVALID_OPTIONS',
        `There already is a readiness gate called '${name}'. Give this one another name.`,
      );
    }
    const timeoutMs = durationOf(name, 'timeout', options.timeout) ?? this.settings.timeoutMs;
    const cacheForMs = durationOf(name, 'cacheFor', options.cacheFor) ?? this.settings.cacheForMs;
    const gate = new Gate(this.clock, check, {
      timeoutMs,
      cacheForMs,
      onDown: (error) => this.on.gateDown(name, error),
    });
    this.#gates.set(name, gate);
    const undo = (): void => {
      if (this.#gates.get(name) === gate) this.#gates.delete(name);
    };
    return asHandle(undo);
  }

  /**
   * Adds a condition of the library itself, that is known at once, shown like a gate, and told of by what decides it. The start does not
   * wait for it. Returns its undo.
   */
  addCondition(name: string, isUp: () => boolean): () => void {
    this.#conditions.set(name, isUp);
    return () => void this.#conditions.delete(name);
  }

  /** Whether every gate is up; the service counts as started once they have been. */
  async areGatesUp(): Promise<boolean> {
    return Object.values(await this.#checkGates()).every((status) => status === 'up');
  }

  /** Whether it does not turn because of a shutdown. */
  get staysReady(): boolean {
    return this.settings.onShutdown === 'pass';
  }

  get hasGates(): boolean {
    return this.#gates.size > 0;
  }

  /** Remembers the result of an indicator that is down while the service stops. */
  refusedBy(detail: object): void {
    if (this.phase.isShuttingDown && this.#isRefusing()) this.#refusals.add(detail);
  }

  /** Whether an indicator was down because the service stops. */
  isRefusal(detail: object): boolean {
    return this.#refusals.has(detail);
  }

  /** The result. During a shutdown it is known without checking any gate. */
  async check(): Promise<ReadinessState> {
    const state = await this.#state();
    if (!state.isReady) this.on.refused?.();
    return state;
  }

  async #state(): Promise<ReadinessState> {
    if (this.#isRefusing()) return { isReady: false, gates: {} };
    const gates = { ...(await this.#checkGates()), ...this.#checkConditions() };
    // The shutdown may have begun while the gates were checked.
    const isReady = !this.#isRefusing() && Object.values(gates).every((status) => status === 'up');
    return { isReady, gates };
  }

  #isRefusing(): boolean {
    const { hasStarted, isShuttingDown } = this.phase;
    if (isShuttingDown) return this.settings.onShutdown === 'fail' || !hasStarted;
    return !hasStarted;
  }

  #checkConditions(): Record<string, 'up' | 'down'> {
    return Object.fromEntries([...this.#conditions].map(([name, isUp]) => [name, isUp() ? 'up' : 'down']));
  }

  async #checkGates(): Promise<Record<string, 'up' | 'down'>> {
    const names = [...this.#gates];
    const statuses = await Promise.all(names.map(async ([name, gate]) => [name, await gate.status()] as const));
    return Object.fromEntries(statuses);
  }
}

const LOST_AFTER_TIMEOUTS = 10;

/** One condition. It is not checked more often than needed. */
class Gate {
  #last: { readonly status: 'up' | 'down'; readonly at: number } | undefined;
  #asking: { readonly status: Promise<'up' | 'down'>; readonly since: number } | undefined;
  #asked = 0;
  #isKnownDown = false;

  constructor(
    private readonly clock: Clock,
    private readonly check: GateCheck,
    private readonly terms: GateTerms,
  ) {}

  async status(): Promise<'up' | 'down'> {
    if (this.#last !== undefined && this.clock.now() - this.#last.at < this.terms.cacheForMs) return this.#last.status;
    const deadline = new Deadline(this.clock, this.clock.now() + this.terms.timeoutMs);
    const settled = await deadline.settle(this.#answer(deadline));
    if (settled.how === 'done') return settled.value;
    this.#turnedDown(new LifecycleError('GATE_TIMED_OUT', `no answer within ${formatDuration(this.terms.timeoutMs)}`));
    return 'down';
  }

  /**
   * The next result. A check that is late is not repeated before it has answered, so that a slow database does not get
   * more and more of them. One that has not answered for many times its timeout is given up.
   */
  #answer(deadline: Deadline): Promise<'up' | 'down'> {
    const now = this.clock.now();
    const isLost = this.#asking !== undefined && now - this.#asking.since > this.terms.timeoutMs * LOST_AFTER_TIMEOUTS;
    if (this.#asking === undefined || isLost) this.#asking = { status: this.#ask(deadline), since: now };
    return this.#asking.status;
  }

  async #ask(deadline: Deadline): Promise<'up' | 'down'> {
    const number = ++this.#asked;
    const cancel = new AbortController();
    const stop = deadline.onReached(() => cancel.abort());
    const status = await this.#call(cancel.signal);
    stop();
    // A check that was given up answers too late to count.
    if (number === this.#asked) {
      this.#last = { status, at: this.clock.now() };
      this.#asking = undefined;
    }
    return status;
  }

  /** A probe only shows that a gate is down. The reason may contain names of hosts, and is only logged. */
  async #call(signal: AbortSignal): Promise<'up' | 'down'> {
    try {
      if ((await this.check({ signal })) !== false) {
        this.#isKnownDown = false;
        return 'up';
      }
      this.#turnedDown(new LifecycleError('GATE_DOWN', 'its check answered false'));
    } catch (error) {
      this.#turnedDown(error);
    }
    return 'down';
  }

  /** Reported once, until the gate has been up again. */
  #turnedDown(error: unknown): void {
    if (this.#isKnownDown) return;
    this.#isKnownDown = true;
    this.terms.onDown(error);
  }
}

interface GateTerms {
  readonly timeoutMs: number;
  readonly cacheForMs: number;
  readonly onDown: (error: unknown) => void;
}

function durationOf(gate: string, option: string, value: Duration | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms !== undefined) return ms;
  throw new LifecycleError(
    'INVALID_OPTIONS',
    `Readiness gate '${gate}': received ${option} ${String(value)}; allowed: a duration. Type ${option}: '1s'.`,
  );
}
