import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { type EventStream } from '../events/event-stream.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { type TimeLeft } from '../in-flight/work-source.js';
import { closeInTime, isClosed, type Settlement } from './close-in-time.js';
import { type Resource } from './resource.js';
import { type Closable } from './resource-kind.js';
import { type ResourceState } from './resource-state.js';
import { type ResourceType } from './resource-type.js';

/** What a registered resource is closed with. */
export interface RegisteredParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly events: EventStream;
  readonly unseen: UnseenWork;
}

/** What was registered: how it is called, what it is for, how it is closed. */
export interface RegisteredFacts {
  readonly name: string;
  readonly type: ResourceType;
  readonly priority: number;
  /** How long closing it may take, in milliseconds, within the time of its hook. */
  readonly timeoutMs: number;
  readonly closable: Closable;
  /** Closes it, where its kind is not known. */
  readonly call: ((...args: unknown[]) => unknown) | undefined;
}

/** What became of the hook that closes it. */
export interface SettledHook {
  readonly result: 'done' | 'failed' | 'timed-out';
  readonly durationMs: number;
  readonly error?: unknown;
}

/** What is left of the time of its hook when a resource is closed by force: a tenth, this at most. */
const RESERVE_MS = 100;
const RESERVE_SHARE = 0.1;

/** A client that was given to `register()`. It is closed by a hook, and what becomes of it is an event like that of a found one. */
export class RegisteredResource implements Resource {
  readonly name: string;
  readonly type: ResourceType;
  readonly priority: number;
  readonly kind: { readonly timeoutMs: number };
  readonly closable: Closable;
  state: ResourceState = 'open';
  durationMs: number | undefined;
  #settlement: Settlement = { result: 'closed' };

  constructor(
    private readonly facts: RegisteredFacts,
    private readonly parts: RegisteredParts,
  ) {
    this.name = facts.name;
    this.type = facts.type;
    this.priority = facts.priority;
    this.kind = { timeoutMs: facts.timeoutMs };
    this.closable = facts.closable;
  }

  /** Whether its kind is known, so that it can be closed by force. */
  get isKnown(): boolean {
    return this.facts.call === undefined;
  }

  /** What its hook does. One of a known kind is closed by force in time, so that the hook itself is not late. */
  run(context: TimeLeft): unknown {
    this.state = 'closing';
    const { call } = this.facts;
    return call === undefined ? this.#close(context) : call(context);
  }

  /** Its hook has ended, or its time is up. */
  settled({ result: hook, durationMs, error: failure }: SettledHook): void {
    const { name, type, priority } = this;
    const { result, error } = hook === 'done' ? this.#settlement : { result: 'failed' as const, error: failure };
    this.state = result;
    this.durationMs = durationMs;
    const facts = { name, resource: type, priority, result, durationMs, error };
    this.parts.events.emit({ type: 'resource-settled', ...facts, isRegistered: true });
  }

  async #close({ remainingMs }: TimeLeft): Promise<void> {
    const { clock, guard } = this.parts;
    if (isClosed(this, guard)) {
      this.#settlement = { result: 'closed-before' };
      return;
    }
    const reserveMs = Math.min(RESERVE_MS, remainingMs * RESERVE_SHARE);
    const share = new Deadline(clock, clock.now() + remainingMs - reserveMs);
    this.#settlement = await closeInTime(this, share, this.parts);
    if (this.#settlement.result === 'failed') throw this.#settlement.error;
  }
}
