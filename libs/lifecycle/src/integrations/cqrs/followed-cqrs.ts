import 'reflect-metadata';
import { isObject } from '../../errors/foreign-value.js';
import { replaceMethod } from '../../patching/replace-method.js';
import { FollowedCalls } from '../followed-calls.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { type Count, countedHandler, countedModuleRef } from './event-handlers.js';
import { EVENT_BUS, EXECUTING_BUS, HANDLED } from './package-parts.js';
import { Sagas } from './sagas.js';

/** Begins to follow the buses of an application. */
export function followCqrs(parts: IntegrationParts): FollowedPackage {
  return new FollowedCqrs(parts);
}

class FollowedCqrs implements FollowedPackage {
  readonly #calls: FollowedCalls;
  readonly #sagas: Sagas;
  readonly #buses = new Set<Foreign>();
  /** The name of the handler of each command and query. */
  readonly #handlers = new WeakMap<object, string>();
  readonly #undo: (() => void)[] = [];

  constructor(private readonly parts: IntegrationParts) {
    this.#calls = new FollowedCalls('commands, queries and events', 'cqrs', parts.clock, parts.inFlight);
    this.#sagas = new Sagas(this.#calls, (saga) => this.#holdsBack(saga));
    parts.sources.add(this.#calls);
  }

  /** What a handler does is nothing that a saga holds back. */
  readonly #count: Count = (name, call) => this.#calls.call({ name }, () => this.#sagas.outside(call));

  found(providers: readonly InstanceWrapper[]): void {
    for (const provider of providers) {
      this.#new(provider, EVENT_BUS, (bus) => this.#followEvents(bus));
      this.#new(provider, EXECUTING_BUS, (bus) => this.#followExecution(bus));
      this.parts.guard('looking for a handler', undefined, () => this.#rememberHandler(provider));
    }
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #new(provider: InstanceWrapper, methods: readonly string[], follow: (bus: Foreign) => void): void {
    const bus = this.parts.guard('looking for a bus', undefined, () => instanceWith(provider, methods));
    if (bus === undefined || this.#buses.has(bus)) return;
    this.#buses.add(bus);
    follow(bus);
  }

  #rememberHandler({ instance, metatype }: InstanceWrapper): void {
    const ofInstance: unknown = isObject(instance) ? instance['constructor'] : undefined;
    const type = typeof ofInstance === 'function' ? ofInstance : metatype;
    if (typeof type !== 'function') return;
    for (const key of HANDLED) {
      const handled: unknown = Reflect.getMetadata(key, type);
      if (typeof handled === 'function') this.#handlers.set(handled, `${type.name}.execute`);
    }
  }

  /** From the call until the handler's promise has settled. */
  #followExecution(bus: Foreign): void {
    const count = this.#count;
    const nameOf = (what: unknown): string =>
      this.parts.guard('naming a command', 'a command', () => this.#nameOf(what));
    const undo = replaceMethod(bus, 'execute', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        return count(nameOf(args[0]), (): unknown => Reflect.apply(original, this, args));
      };
    });
    this.#undo.push(undo);
  }

  #nameOf(what: unknown): string {
    const type: unknown = isObject(what) ? what['constructor'] : undefined;
    return typeof type === 'function' ? (this.#handlers.get(type) ?? type.name) : 'a command';
  }

  #followEvents(bus: Foreign): void {
    const count = this.#count;
    const bind = replaceMethod(bus, 'bind', (original) => {
      return function (this: unknown, ...[handler, ...rest]: unknown[]): unknown {
        const counted = isWrapper(handler) ? countedHandler(handler, count) : handler;
        return Reflect.apply(original, this, [counted, ...rest]);
      };
    });
    this.#undo.push(bind, this.#sagas.follow(bus), this.#followRequestScoped(bus));
  }

  #followRequestScoped(bus: Foreign): () => void {
    const { moduleRef } = bus;
    if (!isObject(moduleRef) || typeof moduleRef['resolve'] !== 'function') {
      this.#cannotSee(
        'request-scoped event handlers of @nestjs/cqrs',
        "Type shutdown.track('what it does', work) in each.",
      );
      return () => undefined;
    }
    Reflect.set(bus, 'moduleRef', countedModuleRef(moduleRef, this.#calls));
    return () => Reflect.set(bus, 'moduleRef', moduleRef);
  }

  #holdsBack(saga: string): void {
    this.#cannotSee(
      `events that the saga ${saga} holds back (it has answered one later)`,
      'Let it return its command at once, and the handler of the command do what takes time.',
    );
  }

  #cannotSee(what: string, remedy: string): void {
    this.parts.unseen.add({ kind: 'cqrs', what, remedy });
  }
}

/** What Nest keeps of a provider. */
function isWrapper(value: unknown): value is Foreign {
  return isObject(value) && 'instance' in value && typeof value['isDependencyTreeStatic'] === 'function';
}
