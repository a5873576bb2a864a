import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type Guard } from '../errors/foreign-call.js';
import { type EventStream } from '../events/event-stream.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { closeInTime, GIVE_BACK, isClosed, type Settlement, WAIT } from './close-in-time.js';
import { clientsInFields, type FieldClient } from './clients-in-fields.js';
import { findResources, type Places, type Provided, recognise, type Recognised } from './find-resources.js';
import { type FoundResource } from './found-resource.js';
import { RESOURCE_KINDS } from './known-kinds.js';
import { type RegisteredResource } from './registered-resource.js';
import { type Resource } from './resource.js';
import { type ClientConfiguration, type Closable, type ResourceKind } from './resource-kind.js';
import { RESOURCE_PRIORITIES } from './resource-type.js';
import { underlying } from './underlying.js';
import { waitUntil } from './wait-until.js';

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

/** What is left of the budget for the groups behind one that hangs, and for the report: a tenth each, half at most. */
const RESERVE_SHARE = 0.1;

/** Calls that nothing waits for are given this long: they take milliseconds, and a client that listens for ever takes all there is. */
const FIELD_MS = 1000;

/**
 * The pools, clients and exporters among the providers of the application. They are closed when every hook of the application has run,
 * so that its own code comes first: what that has closed is left alone.
 */
export class Resources {
  #places: Places = { providers: () => [], logger: () => undefined };
  #found: readonly FoundResource[] = [];
  /** Clients in fields of services: they are not closed, and what they still do at the end is told. */
  #inFields: readonly FieldClient[] = [];
  /** What the application has given to `register()`: it is closed by hooks, and is then none of those that were found. */
  readonly registered = new Set<RegisteredResource>();
  readonly #known = new WeakMap<object, Recognised>();
  readonly #closing = new Set<FoundResource>();
  readonly #followed = new Map<Closable, () => void>();
  #watched: (() => void)[] | undefined;

  constructor(
    private readonly parts: ResourcesParts,
    private readonly kinds: readonly ResourceKind[] = RESOURCE_KINDS,
  ) {}

  /** In the order in which they are closed. */
  get found(): readonly FoundResource[] {
    if (this.registered.size === 0) return this.#found;
    const registered = new Set([...this.registered].map(({ closable }) => closable));
    return this.#found.filter(({ closable }) => !registered.has(closable));
  }

  /** Those that are being closed, by name. */
  get waitingFor(): string[] {
    return [...this.#closing].map(({ name }) => name);
  }

  /** @param places where to look from now on, in place of the process alone */
  searchIn(places: Places): void {
    this.#places = places;
  }

  /** The client of a known kind that a value is, or works with; what is known of it is kept. */
  recognise(value: object): Recognised | undefined {
    const { kinds } = this;
    return this.parts.guard('looking at what was registered', undefined, () =>
      recognise(underlying(value), { kinds, known: this.#known }),
    );
  }

  /** Looks through the providers; again when modules have been loaded since. */
  look(): void {
    const { guard, settings } = this.parts;
    if (!settings.enabled || !settings.resources.areClosed) return;
    const except = new Set(settings.resources.except);
    const before = new Map(this.#found.map((resource) => [resource.closable, resource]));
    const providers = this.#places.providers();
    const places = { providers: () => providers, logger: () => this.#places.logger() };
    const found = findResources(places, { kinds: this.kinds, known: this.#known, except, guard });
    const known = found.map((resource) => before.get(resource.closable) ?? resource);
    const hasTelemetry = known.some(({ priority }) => priority >= RESOURCE_PRIORITIES.telemetry);
    for (const resource of known) resource.isBehindTelemetry = hasTelemetry && resource.kind.type === 'agent';
    this.#found = known.toSorted((a, b) => a.priority - b.priority);
    for (const resource of known) {
      this.#followOne(resource);
      if (!before.has(resource.closable)) this.#watchOne(resource);
    }
    this.#inFields = this.#findInFields(providers, except);
    for (const client of this.#inFields) this.#followOne(client);
  }

  #findInFields(providers: readonly Provided[], except: ReadonlySet<unknown>): readonly FieldClient[] {
    const { kinds } = this;
    return this.parts.guard('looking for clients in the fields of providers', [], () =>
      clientsInFields(providers, { kinds, known: this.#known, except }),
    );
  }

  /**
   * How every pool and client was configured; also of those that the application closes itself.
   */
  configurations(): { readonly name: string; readonly configuration: ClientConfiguration }[] {
    const { guard } = this.parts;
    const found = findResources(this.#places, { kinds: this.kinds, known: this.#known, except: new Set(), guard });
    return found.flatMap(({ name, closable }) => {
      const configuration = guard(`the options of ${name}`, undefined, () => closable.configuration());
      return configuration === undefined ? [] : [{ name, configuration }];
    });
  }

  /** The shutdown begins: notes from now on what other code closes. Returns the undo. */
  watch(): () => void {
    const undo: (() => void)[] = [];
    this.#watched = undo;
    for (const resource of [...this.found, ...this.registered]) this.#watchOne(resource);
    return () => {
      this.#watched = undefined;
      for (const each of [...undo, ...this.#followed.values()]) each();
      this.#followed.clear();
    };
  }

  /** One was registered: it is followed, and watched where the shutdown has begun, like all others. */
  added(resource: RegisteredResource): void {
    this.#followOne(resource);
    if (!this.#found.some(({ closable }) => closable === resource.closable)) this.#watchOne(resource);
  }

  #followOne({ name, closable }: Pick<Resource, 'name' | 'closable'>): void {
    if (this.#followed.has(closable)) return;
    const undo = this.parts.guard(`following ${name}`, undefined, () => closable.follow());
    if (undo !== undefined) this.#followed.set(closable, undo);
  }

  #watchOne({ name, closable }: Pick<Resource, 'name' | 'closable'>): void {
    const undo = this.#watched && this.parts.guard(`watching ${name}`, undefined, () => closable.watch());
    if (undo !== undefined) this.#watched?.push(undo);
  }

  /**
   * Closes what is still open, by priority, but for telemetry and logs. Never rejects; what became of each is an event. It looks once
   * more: a logger may have been set, and telemetry started, since the application was bootstrapped.
   */
  async close(deadline: Deadline, options: ClosingOptions): Promise<void> {
    this.look();
    await this.#closeAll((priority) => priority < RESOURCE_PRIORITIES.telemetry, deadline, options);
    if (options.endsProcess) await Promise.all(this.#inFields.map((client) => this.#lookAtField(client, deadline)));
  }

  /** The process ends with what a client in a field still does. */
  async #lookAtField({ closable, name, kind }: FieldClient, deadline: Deadline): Promise<void> {
    const { guard, unseen } = this.parts;
    const unfinished = (): string | undefined =>
      guard(`what ${name} still does`, undefined, () => (closable.isClosed() ? undefined : closable.unfinished()));
    if ([...this.found, ...this.registered].some((resource) => resource.closable === closable)) return;
    const cancel = new AbortController();
    const limit = deadline.within(FIELD_MS);
    const time = { remainingMs: limit.remainingMs, signal: cancel.signal };
    await limit.settle(waitUntil(() => unfinished() === undefined, time));
    cancel.abort();
    const cut = unfinished();
    if (cut !== undefined)
      unseen.add({ kind: 'resources', what: `${cut} (${name})`, remedy: kind.type === 'database' ? GIVE_BACK : WAIT });
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
    const { clock, guard } = this.parts;
    const all: readonly Resource[] = [...this.found, ...this.registered];
    const logs = all.filter((resource) => resource.closable.end !== undefined && !isClosed(resource, guard));
    if (logs.length === 0) return undefined;
    const deadline = new Deadline(clock, clock.now() + mostMs);
    return Promise.all(logs.map((log) => this.#end(log, deadline))).then((late) => late.flat());
  }

  async #end({ kind, closable, name }: Resource, deadline: Deadline): Promise<string[]> {
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
    const groups = groupByPriority(this.found.filter(({ priority, state }) => isWanted(priority) && state === 'open'));
    for (const [index, group] of groups.entries()) {
      const reserved = deadline.remainingMs * Math.min(0.5, RESERVE_SHARE * (groups.length - index));
      const share = deadline.before(reserved);
      await Promise.all(group.map((resource) => this.#close(resource, share, options)));
    }
  }

  async #close(resource: FoundResource, share: Deadline, { endsProcess }: ClosingOptions): Promise<void> {
    const { clock, guard } = this.parts;
    if (isClosed(resource, guard)) return this.#tell(resource, { result: 'closed-before' }, 0);
    if (resource.origin === 'value' && !endsProcess) return this.#tell(resource, { result: 'left-open' }, 0);
    const startedAt = clock.now();
    this.#closing.add(resource);
    resource.state = 'closing';
    const settlement = await closeInTime(resource, share, this.parts);
    this.#closing.delete(resource);
    this.#tell(resource, settlement, clock.now() - startedAt);
  }

  #tell(resource: FoundResource, { result, error }: Settlement, durationMs: number): void {
    const { name, type, priority } = resource;
    resource.state = result;
    resource.durationMs = durationMs;
    this.parts.events.emit({ type: 'resource-settled', name, resource: type, priority, result, durationMs, error });
  }
}

function groupByPriority(resources: readonly FoundResource[]): FoundResource[][] {
  const groups = new Map<number, FoundResource[]>();
  for (const resource of resources) groups.set(resource.priority, [...(groups.get(resource.priority) ?? []), resource]);
  return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group);
}
