import 'reflect-metadata';
import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { callForeign, type ForeignCall } from '../errors/foreign-call.js';
import { firstNames } from '../events/line-limits.js';
import { type Unseen } from '../unseen/unseen-work.js';
import { isTracked } from '../tasks/track-in-flight.decorator.js';
import { isObject } from '../errors/foreign-value.js';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];

interface Mark extends Omit<Unseen, 'what'> {
  readonly things: string;
  /** Names of metadata that mark a class. */
  readonly ofClass?: readonly string[];
  /** Names of metadata that mark a method. */
  readonly ofMethod?: readonly string[];
}

const TRACK =
  "Type @TrackInFlight() above each, or shutdown.track('what it does', work) in it, so that the drain waits for it.";

/**
 * The metadata by which packages mark code that they call by themselves. Minifiers do not change these names. Read in
 * @nestjs/schedule 6 and 12, @nestjs/event-emitter 3 and 12, @nestjs/cqrs, @nestjs/bullmq and @nestjs/bull 11 and 12,
 * @golevelup/nestjs-rabbitmq 9 (a symbol of this name) and nest-commander 3. Where a package has changed, its code is
 * not found, and the report does not mention it.
 */
const MARKS: readonly Mark[] = [
  {
    kind: 'schedule',
    things: 'scheduled jobs',
    ofMethod: ['SCHEDULE_CRON_OPTIONS', 'SCHEDULE_INTERVAL_OPTIONS', 'SCHEDULE_TIMEOUT_OPTIONS'],
    remedy: TRACK,
  },
  { kind: 'events', things: '@OnEvent() listeners', ofMethod: ['EVENT_LISTENER_METADATA'], remedy: TRACK },
  {
    kind: 'cqrs',
    things: 'event handlers and sagas of @nestjs/cqrs',
    ofClass: ['__eventsHandler__', '__saga__'],
    remedy: TRACK,
  },
  {
    kind: 'bullmq',
    things: 'BullMQ processors',
    ofClass: ['bullmq:processor_metadata'],
    remedy:
      "Type @OnGracefulShutdown({ phase: 'draining', timeout: '25s' }) on a method that returns this.worker.close().",
  },
  {
    kind: 'bull',
    things: 'Bull processors',
    ofMethod: ['bull:module_queue_process'],
    remedy: "Type @OnGracefulShutdown({ phase: 'draining', timeout: '25s' }) on a method that returns queue.close().",
  },
  { kind: 'rabbitmq', things: 'RabbitMQ handlers', ofMethod: ['RABBIT_HANDLER'], remedy: TRACK },
  {
    kind: 'commands',
    things: 'commands of nest-commander',
    ofClass: ['Command', 'RootCommand', 'Subcommand'].map((name) => `CommandBuilder:${name}:Meta`),
    remedy: TRACK,
    // The command factory closes the application when the command has ended.
    endsWithProcess: true,
  },
];

/** All code of the application that a package calls by itself, and that cannot be seen. Never throws. */
export function findUnseenHandlers(
  discovery: Pick<DiscoveryService, 'getProviders' | 'getControllers'>,
  onError: ForeignCall<unknown>['onError'],
): Unseen[] {
  const found = new Map<Mark, Set<string>>();
  const seen = new Set<object>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    // A provider may be anything: a proxy, an object without a prototype, a class with getters.
    const call = { name: 'looking for work that cannot be seen', fallback: undefined, onError };
    callForeign(call, () => lookAt(wrapper, seen, found));
  }
  return [...found].map(([{ kind, things, remedy, endsWithProcess = false }, names]) => {
    const what = `${things} (${firstNames([...names], (name) => name).join(', ')})`;
    return { kind, what, remedy, endsWithProcess };
  });
}

function lookAt(wrapper: InstanceWrapper, seen: Set<object>, found: Map<Mark, Set<string>>): void {
  const type = typeOf(wrapper);
  if (typeof type !== 'function' || seen.has(type)) return;
  seen.add(type);
  const add = (mark: Mark, name: string): void => {
    found.set(mark, (found.get(mark) ?? new Set()).add(name));
  };
  const ofClass = marksOn(type);
  for (const mark of MARKS) if (mark.ofClass?.some((name) => ofClass.has(name))) add(mark, type.name);
  for (const [name, ofMethod] of methodMarks(type.prototype)) {
    for (const mark of MARKS) if (mark.ofMethod?.some((key) => ofMethod.has(key))) add(mark, `${type.name}.${name}`);
  }
}

/** The class of a provider; for a factory, the class of its instance. */
function typeOf({ isAlias, inject, instance, metatype }: InstanceWrapper): unknown {
  if (isAlias) return undefined;
  const isFactory = inject !== undefined && inject !== null;
  return isFactory ? classOf(instance) : metatype;
}

function methodMarks(prototype: unknown): [name: string, marks: ReadonlySet<string>][] {
  if (!isObject(prototype)) return [];
  return new MetadataScanner().getAllMethodNames(prototype).map((name) => {
    const method: unknown = Reflect.get(prototype, name);
    const isSeen = typeof method !== 'function' || isTracked(method);
    return [name, isSeen ? new Set() : marksOn(method)];
  });
}

function classOf(instance: unknown): unknown {
  const prototype: unknown = isObject(instance) ? Object.getPrototypeOf(instance) : undefined;
  return isObject(prototype) ? prototype.constructor : undefined;
}

/** By name, because some keys are symbols that their package does not export. */
function marksOn(target: object): ReadonlySet<string> {
  const keys = Reflect.getMetadataKeys(target) as readonly unknown[];
  return new Set(keys.map((key) => (typeof key === 'symbol' ? (key.description ?? '') : String(key))));
}
