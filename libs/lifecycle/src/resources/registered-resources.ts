import { type Duration, parseDuration } from '../deadline/duration.js';
import { findCloser } from './closer.js';
import { infoOf, type ResourceInfo } from './resource.js';
import { type RegisteredFacts, type RegisteredParts, RegisteredResource } from './registered-resource.js';
import { type Recognised } from './find-resources.js';
import { type Closable } from './resource-kind.js';
import { RESOURCE_PRIORITIES, type ResourceType } from './resource-type.js';
import { isObject } from './shape.js';
import { startedBy } from './underlying.js';

/** What the caller of `register()` has said of a resource. */
export interface ResourceWords {
  readonly type?: ResourceType | undefined;
  readonly priority?: number | undefined;
  readonly closeWith?: string | symbol | undefined;
  readonly timeout?: Duration | undefined;
}

/** What is known of something that was registered. */
interface Made extends Pick<ResourceWords, 'priority' | 'timeout'> {
  readonly type: ResourceType;
  readonly recognised: Recognised | undefined;
  readonly call: RegisteredFacts['call'];
}

interface Parts extends RegisteredParts {
  readonly resources: {
    recognise(value: object): Recognised | undefined;
    readonly registered: Set<RegisteredResource>;
    added(resource: RegisteredResource): void;
  };
}

/** Of one that is known by its closing method alone. */
const UNKNOWN: Closable & { close(): undefined } = {
  isClosed: () => false,
  close: () => undefined,
  unfinished: () => undefined,
  force: () => undefined,
  refuse: () => undefined,
  end: undefined,
  configuration: () => ({ addresses: [] }),
  follow: () => () => undefined,
  watch: () => () => undefined,
};

/** Makes resources of what `register()` is given: of the kinds that are known among providers, and of any other with a close. */
export class RegisteredResources {
  constructor(private readonly parts: Parts) {}

  /**
   * A resource of what was given; a plain function, of which nothing says what it is for, is none.
   *
   * @throws LifecycleError `NO_CLOSE_METHOD` when nothing says how to close it
   */
  make(name: string, target: unknown, words: ResourceWords): RegisteredResource | (() => unknown) {
    const recognised = isObject(target) ? this.parts.resources.recognise(target) : undefined;
    const isOurs = recognised !== undefined && words.closeWith === undefined;
    const call = isOurs ? undefined : findCloser(name, target, words.closeWith);
    const type = words.type ?? recognised?.kind.type ?? typeOf(target);
    if (type !== undefined) return this.#resource(name, { ...words, type, recognised, call });
    return call ?? UNKNOWN.close;
  }

  #resource(name: string, { type, timeout, recognised, call, ...words }: Made): RegisteredResource {
    const { kind, closable } = recognised ?? { kind: { timeoutMs: Infinity }, closable: UNKNOWN };
    const { priority = RESOURCE_PRIORITIES[type] } = words;
    const timeoutMs = parseDuration(timeout) ?? kind.timeoutMs;
    return new RegisteredResource({ name, type, priority, timeoutMs, closable, call }, this.parts);
  }

  add(resource: RegisteredResource): void {
    this.parts.resources.registered.add(resource);
    this.parts.resources.added(resource);
  }

  delete(resource: RegisteredResource): void {
    this.parts.resources.registered.delete(resource);
  }

  /** Those that are registered, in the order of their priorities. */
  list(): ResourceInfo[] {
    return [...this.parts.resources.registered]
      .toSorted((a, b) => a.priority - b.priority)
      .map((resource) => infoOf(resource, `register('${resource.name}', …)`));
  }
}

/** What is no function is a resource, of no known kind; an SDK of OpenTelemetry has its providers behind it. */
function typeOf(target: unknown): ResourceType | undefined {
  if (typeof target === 'function' || !isObject(target)) return undefined;
  return startedBy(target).length > 0 ? 'telemetry' : 'custom';
}
