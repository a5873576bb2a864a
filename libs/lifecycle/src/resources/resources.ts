import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { type Guard } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { type UnseenWork } from '../unseen/unseen-work.js';
import { findResources, type Recognised } from './find-resources.js';
import { type FoundResource } from './found-resource.js';
import { RESOURCE_KINDS } from './known-kinds.js';
import { type ResourceKind } from './resource-kind.js';

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

/** What is left of the budget for the groups behind one that hangs: a tenth each, half at most. */
const RESERVE_SHARE = 0.1;

/**
 * The pools, clients and exporters among the providers of the application. They are closed when every hook of the application has run,
 * so that its own code comes first: what that has closed is left alone.
 */
export class Resources {
  #found: readonly FoundResource[] = [];
  readonly #known = new WeakMap<object, Recognised>();
  readonly #closing = new Set<FoundResource>();

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

  /** Looks through the providers; again when modules have been loaded since. */
  look(providers: Parameters<typeof findResources>[0]): void {
    const { guard, settings } = this.parts;
    if (!settings.enabled || !settings.resources.areClosed) return;
    const except = new Set(settings.resources.except);
    const found = findResources(providers, { kinds: this.kinds, known: this.#known, except, guard });
    this.#found = found.toSorted((a, b) => a.priority - b.priority);
  }

  /** The shutdown begins: notes from now on what other code closes. Returns the undo. */
  watch(): () => void {
    const { guard } = this.parts;
    const undo = this.#found.map(({ name, closable }) => guard(`watching ${name}`, undefined, () => closable.watch()));
    return () => {
      for (const each of undo) each?.();
    };
  }

  /** Closes what is still open, by priority. Never rejects; what became of each is an event. */
  async close(deadline: Deadline, options: ClosingOptions): Promise<void> {
    const groups = groupByPriority(this.#found);
    for (const [index, group] of groups.entries()) {
      const reserved = deadline.remainingMs * Math.min(0.5, RESERVE_SHARE * (groups.length - index - 1));
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
    const work = (async (): Promise<unknown> => closable.close({ remainingMs, signal: cancel.signal }))();
    const settled = await limit.settle(work);
    this.#closing.delete(resource);
    const durationMs = clock.now() - startedAt;
    if (settled.how === 'done') return this.#tell(resource, 'closed', { durationMs });
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
    guard(`closing ${name} by force`, undefined, () => closable.force());
    if (cut === undefined) return;
    const remedy = kind.type === 'database' ? GIVE_BACK : WAIT;
    this.parts.unseen.add({ kind: 'resources', what: cut, remedy });
  }

  #tell(
    { name, kind, priority }: FoundResource,
    result: 'closed' | 'closed-before' | 'left-open' | 'forced' | 'failed',
    { durationMs = 0, error }: { readonly durationMs?: number; readonly error?: unknown } = {},
  ): void {
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
