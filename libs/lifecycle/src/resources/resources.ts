import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { findResources, type Places, type Recognised } from './find-resources.js';
import { type FoundResource } from './found-resource.js';
import { RESOURCE_KINDS } from './known-kinds.js';
import { type ResourceKind } from './resource-kind.js';
import { type ResourceResult } from './resource-state.js';
import { RESOURCE_PRIORITIES } from './resource-type.js';

interface ResourcesParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly events: EventStream;
  readonly unseen: UnseenWork;
  readonly settings: { readonly enabled: boolean; readonly resources: ResourceSettings };
}

/** Which resources are closed by the library. */
export interface ResourceSettings {
  readonly areClosed: boolean;
  /** Tokens of providers, and names as the plan has them, that are left to the application. */
  readonly except: readonly unknown[];
}

/** When resources are closed, and whether the process ends then. */
export interface ClosingOptions {
  /** By `app.close()` the process goes on: what Nest was given (`useValue`) may be used by other code. */
  readonly endsProcess: boolean;
}

/** What to type where work was cut with a resource. */
const GIVE_BACK = 'Give back in a finally block what was taken.';
const WAIT = "Wait for its end in a hook, such as a method with @OnGracefulShutdown({ timeout: '5s' }).";

/** What is left of the budget for the groups behind one that hangs, and for the report: a tenth each, half at most. */
const RESERVE_SHARE = 0.1;

/**
 * The pools, clients and exporters among the providers of the application. They are closed when every hook of the application has run,
 * so that its own code comes first: what that has closed is left alone.
 */
export class Resources {
  #places: Places = { providers: () => [], logger: () => undefined };
  #found: readonly FoundResource[] = [];
  readonly #known = new WeakMap<object, Recognised>();
  readonly #closing = new Set<FoundResource>();
  #watched: (() => void)[] | undefined;

  constructor(
    private readonly parts: ResourcesParts,
    private readonly kinds: readonly ResourceKind[] = RESOURCE_KINDS,
  ) {}

  /** In the order in which they are closed. */
  get found(): readonly FoundResource[] {
    return this.#found;
  }

  /** Those that are being closed, by name. */
  get waitingFor(): string[] {
    return [...this.#closing].map(({ name }) => name);
  }

  /** @param places where to look from now on, in place of the process alone */
  searchIn(places: Places): void {
    this.#places = places;
  }

  /** Looks through the providers; again when modules have been loaded since. */
  look(): void {
    const { guard, settings } = this.parts;
    if (!settings.enabled || !settings.resources.areClosed) return;
    const except = new Set(settings.resources.except);
    const before = new Map(this.#found.map((resource) => [resource.closable, resource]));
    const found = findResources(this.#places, { kinds: this.kinds, known: this.#known, except, guard });
    const known = found.map((resource) => before.get(resource.closable) ?? resource);
    const hasTelemetry = known.some(({ priority }) => priority >= RESOURCE_PRIORITIES.telemetry);
    for (const resource of known) resource.isBehindTelemetry = hasTelemetry && resource.kind.type === 'agent';
    this.#found = known.toSorted((a, b) => a.priority - b.priority);
    for (const resource of known) if (!before.has(resource.closable)) this.#watchOne(resource);
  }

  /** The shutdown begins: notes from now on what other code closes. Returns the undo. */
  watch(): () => void {
    const undo: (() => void)[] = [];
    this.#watched = undo;
    for (const resource of this.#found) this.#watchOne(resource);
    return () => {
      this.#watched = undefined;
      for (const each of undo) each();
    };
  }

  #watchOne({ name, closable }: FoundResource): void {
    const undo = this.#watched && this.parts.guard(`watching ${name}`, undefined, () => closable.watch());
    if (undo !== undefined) this.#watched?.push(undo);
  }

  /**
   * Closes what is still open, by priority, but for telemetry and logs. Never rejects; what became of each is an event. It looks once
   * more: a logger may have been set, and telemetry started, since the application was bootstrapped.
   */
  close(deadline: Deadline, options: ClosingOptions): Promise<void> {
    this.look();
    return this.#closeAll((priority) => priority < RESOURCE_PRIORITIES.telemetry, deadline, options);
  }

  /** Telemetry is closed and logs are flushed when all other code has ended, which they tell of. */
  closeTelemetry(deadline: Deadline, options: ClosingOptions): Promise<void> {
    return this.#closeAll((priority) => priority >= RESOURCE_PRIORITIES.telemetry, deadline, options);
  }

  /**
   * The process ends, and the last line is written: ends logs, within `mostMs`. Resolves with the names of those that did not end;
   * `undefined` where there are no logs to end.
   */
  endLogs(mostMs: number): Promise<string[]> | undefined {
    const logs = this.#found.filter(
      ({ closable, name }) =>
        closable.end !== undefined && !this.parts.guard(`whether ${name} is closed`, false, () => closable.isClosed()),
    );
    if (logs.length === 0) return undefined;
    const { clock } = this.parts;
    const deadline = new Deadline(clock, clock.now() + mostMs);
    return Promise.all(logs.map((log) => this.#end(log, deadline))).then((late) => late.flat());
  }

  async #end({ kind, closable, name }: FoundResource, deadline: Deadline): Promise<string[]> {
    const limit = deadline.within(kind.timeoutMs);
    const cancel = new AbortController();
    const time = { remainingMs: limit.remainingMs, signal: cancel.signal };
    const settled = await limit.settle((async (): Promise<unknown> => closable.end?.(time))());
    if (settled.how === 'done') return [];
    cancel.abort();
    this.parts.guard(`closing ${name} by force`, undefined, () => closable.force());
    return [name];
  }

  async #closeAll(isWanted: (priority: number) => boolean, deadline: Deadline, options: ClosingOptions): Promise<void> {
    const groups = groupByPriority(this.#found.filter(({ priority }) => isWanted(priority)));
    for (const [index, group] of groups.entries()) {
      const reserved = deadline.remainingMs * Math.min(0.5, RESERVE_SHARE * (groups.length - index));
      const share = deadline.before(reserved);
      await Promise.all(group.map((resource) => this.#close(resource, share, options)));
    }
  }

  async #close(resource: FoundResource, share: Deadline, { endsProcess }: ClosingOptions): Promise<void> {
    const { kind, closable, origin, name } = resource;
    const { clock, guard } = this.parts;
    if (guard(`whether ${name} is closed`, false, () => closable.isClosed()))
      return this.#tell(resource, 'closed-before');
    if (origin === 'value' && !endsProcess) return this.#tell(resource, 'left-open');
    const startedAt = clock.now();
    const limit = share.within(kind.timeoutMs);
    const cancel = new AbortController();
    const { remainingMs } = limit;
    this.#closing.add(resource);
    resource.state = 'closing';
    const work = (async (): Promise<unknown> => closable.close({ remainingMs, signal: cancel.signal }))();
    const settled = await limit.settle(work);
    this.#closing.delete(resource);
    const durationMs = clock.now() - startedAt;
    const done = closable.end === undefined ? 'closed' : 'flushed';
    if (settled.how === 'done') return this.#tell(resource, done, { durationMs });
    if (settled.how === 'failed') return this.#tell(resource, 'failed', { durationMs, error: settled.error });
    const error = new LifecycleError(
      'RESOURCE_TIMED_OUT',
      `${name} did not close within ${formatDuration(remainingMs)}.`,
    );
    cancel.abort(error);
    this.#force(resource);
    this.#tell(resource, 'forced', { durationMs, error });
  }

  #force({ kind, closable, name }: FoundResource): void {
    const { guard } = this.parts;
    const cut = guard(`what ${name} still does`, undefined, () => closable.unfinished());
    // A log is still to get the last line.
    if (closable.end === undefined) guard(`closing ${name} by force`, undefined, () => closable.force());
    if (cut === undefined) return;
    const remedy = kind.type === 'database' ? GIVE_BACK : WAIT;
    this.parts.unseen.add({ kind: 'resources', what: cut, remedy });
  }

  #tell(
    resource: FoundResource,
    result: ResourceResult,
    { durationMs = 0, error }: { readonly durationMs?: number; readonly error?: unknown } = {},
  ): void {
    const { name, kind, priority } = resource;
    resource.state = result;
    resource.durationMs = durationMs;
    this.parts.events.emit({
      type: 'resource-settled',
      name,
      resource: kind.type,
      priority,
      result,
      durationMs,
      error,
    });
  }
}

function groupByPriority(resources: readonly FoundResource[]): FoundResource[][] {
  const groups = new Map<number, FoundResource[]>();
  for (const resource of resources) groups.set(resource.priority, [...(groups.get(resource.priority) ?? []), resource]);
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}
