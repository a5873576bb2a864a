import { type ModulesContainer } from '@nestjs/core';
import { type Guard } from '../errors/foreign-call.js';
import { isObject } from '../errors/foreign-value.js';
import { type EventStream } from '../events/event-stream.js';

/** Makes the text of a failed check. */
interface ErrorLogger {
  getErrorMessage(message: string, details: unknown): unknown;
}

/** Writes that text. */
interface CheckLogger {
  error(text: unknown, ...more: unknown[]): unknown;
}

/** What is used of a `HealthCheckService`. Read in @nestjs/terminus 11.0.0, 11.1.1, 12.0.0 and 12.1.0. */
interface CheckService {
  errorLogger: ErrorLogger;
  logger: CheckLogger;
}

interface QuietParts {
  readonly events: EventStream;
  readonly guard: Guard;
  /** Whether an indicator is down because the service stops, and for no other reason. */
  readonly isRefusal: (detail: object) => boolean;
}

/**
 * Terminus writes an error for each check that fails. While the service stops, readiness fails on purpose, and each probe would
 * write one: those are left out. A check in which anything else is down is written as ever. Nothing of Terminus is touched before the
 * shutdown begins.
 *
 * @returns the undo
 */
export function quietTerminus(modules: ModulesContainer, { events, guard, isRefusal }: QuietParts): () => void {
  const undo: (() => void)[] = [];
  const restore = (): void => {
    for (const one of undo.splice(0)) one();
  };
  events.read(({ type }) => {
    if (type === 'shutdown-started') guard('quieting Terminus', undefined, () => quiet());
    if (type === 'shutdown-ended') restore();
  });
  const quiet = (): void => {
    for (const service of checkServices(modules)) undo.push(quietService(service, isRefusal));
  };
  return restore;
}

function checkServices(modules: ModulesContainer): CheckService[] {
  const wrappers = [...modules.values()].flatMap(({ providers }) => Array.from(providers.values()));
  const instances = wrappers
    .filter(({ token, isAlias }) => typeof token === 'function' && token.name === 'HealthCheckService' && !isAlias)
    .map(({ instance }): unknown => instance);
  return instances.filter(isCheckService);
}

function isCheckService(value: unknown): value is CheckService {
  return (
    isObject(value) &&
    has(Reflect.get(value, 'errorLogger'), 'getErrorMessage') &&
    has(Reflect.get(value, 'logger'), 'error')
  );
}

function has(value: unknown, method: string): boolean {
  return isObject(value) && typeof Reflect.get(value, method) === 'function';
}

/**
 * The two properties of this service are replaced, and not methods of what they hold: other code may share that. The text is made and written
 * in one tick.
 */
function quietService(service: CheckService, isRefusal: QuietParts['isRefusal']): () => void {
  const { errorLogger, logger } = service;
  let expected: unknown;
  const ownErrorLogger = insteadOf(errorLogger, 'getErrorMessage', (message: string, details: unknown) => {
    const text = errorLogger.getErrorMessage(message, details);
    expected = isExpected(details, isRefusal) ? text : undefined;
    return text;
  });
  const ownLogger = insteadOf(logger, 'error', (text: unknown, ...more: unknown[]) => {
    const isLeftOut = expected !== undefined && text === expected;
    expected = undefined;
    return isLeftOut ? undefined : logger.error(text, ...more);
  });
  service.errorLogger = ownErrorLogger;
  service.logger = ownLogger;
  return () => {
    if (service.errorLogger === ownErrorLogger) service.errorLogger = errorLogger;
    if (service.logger === ownLogger) service.logger = logger;
  };
}

/** Whether all that is down is down on purpose. */
function isExpected(details: unknown, isRefusal: QuietParts['isRefusal']): boolean {
  if (!isObject(details)) return false;
  const down = Object.values(details).filter(
    (detail: unknown) => !isObject(detail) || Reflect.get(detail, 'status') === 'down',
  );
  return down.length > 0 && down.every((detail: unknown) => isObject(detail) && isRefusal(detail));
}

/** The same object with one method of our own. Its other methods are called on the object itself, which may have private fields. */
function insteadOf<T extends object>(target: T, name: string, method: (...args: never[]) => unknown): T {
  return new Proxy(target, {
    get: (_target, key): unknown => {
      if (key === name) return method;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
