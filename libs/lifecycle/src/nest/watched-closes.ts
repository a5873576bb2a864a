import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type Method, replaceMethod } from '../patching/replace-method.js';
import { askingWork } from '../waits/asking-work.js';
import { type CircularAnswer, type Waits } from '../waits/waits.js';

/** The parts of an application that its `close()` needs here. */
interface Closable {
  readonly waits: Waits;
  readonly inFlight: InFlightWork;
  readonly log: { warn(message: string): void };
  /** What `close()` is to reject with, although everything has run. */
  closeFailure(): Error | undefined;
}

/** Applications with the module, by the container that Nest creates for each. */
const closables = new WeakMap<object, Closable>();
const watching = new Set<object>();
let restore: () => void = () => undefined;

/**
 * Watches which code awaits `app.close()` of any application in the process. A hook, a request, a message or a task
 * that would wait for itself gets its result at once, with a warning, and the shutdown goes on. Nest's own `close` is
 * restored when the last application has ended. Returns its undo.
 */
export function watchCloses(modules: ModulesContainer): () => void {
  if (watching.size === 0) restore = replaceClose();
  watching.add(modules);
  return () => void (watching.delete(modules) && watching.size === 0 && restore());
}

/** Adds an application whose `close()` is watched. */
export function knowClosable(modules: ModulesContainer, closable: Closable): void {
  closables.set(modules, closable);
}

/**
 * Replaces `close` for every kind of application. All inherit that of `NestApplicationContext` but `NestMicroservice`, which has its
 * own, and calls the inherited one in it. The class of a microservice is known from the first instance that is initialised: its
 * package is optional. Read in Nest 11.0.0, 11.2.10, 12.0.1 and 12.5.1.
 */
function replaceClose(): () => void {
  const replaced = new Map<object, () => void>();
  const replaceOn = (prototype: object): void => {
    if (replaced.has(prototype) || !Object.hasOwn(prototype, 'close')) return;
    const isOuter = (app: object): boolean => classesOf(app).find((each) => replaced.has(each)) === prototype;
    replaced.set(
      prototype,
      replaceMethod(prototype, 'close', (original) => watchedClose(original, isOuter)),
    );
  };
  replaceOn(NestApplicationContext.prototype);
  const undoInit = replaceMethod(
    NestApplicationContext.prototype,
    'callInitHook',
    (original) =>
      function callInitHook(this: unknown, ...args) {
        // It is Nest's own method, so `this` is an application.
        for (const prototype of classesOf(this as object)) replaceOn(prototype);
        return Reflect.apply(original, this, args);
      },
  );
  return () => {
    undoInit();
    for (const undo of replaced.values()) undo();
  };
}

/** The prototypes of an application, the nearest first, up to that of all applications. */
function classesOf(app: object): object[] {
  const classes: object[] = [];
  let prototype: unknown = Object.getPrototypeOf(app);
  while (prototype instanceof NestApplicationContext) {
    classes.push(prototype);
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...classes, NestApplicationContext.prototype];
}

/** @param isOuter whether this method is the one that code outside of Nest has called, and not one that Nest calls in it */
function watchedClose(original: Method, isOuter: (app: object) => boolean): Method {
  return function close(this: unknown, ...args) {
    // It is Nest's own method, so `this` is an application.
    const app = this as INestApplicationContext;
    const closable = isOuter(app) ? closableOf(app) : undefined;
    const asking = closable === undefined ? undefined : askingWork(closable.inFlight);
    const end = Reflect.apply(original, app, args) as Promise<void>;
    if (closable === undefined || asking === undefined) return end;
    const answer: CircularAnswer<void> = ({ hook, path }) => closable.log.warn(circular(hook, path));
    return closable.waits.ended({ end: raising(end, closable), answer, asking });
  };
}

/** What Nest 11 rejects with is the cause of one of the failures. */
async function raising(end: Promise<void>, closable: Closable): Promise<void> {
  const settled = await end.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const failure = closable.closeFailure();
  if (failure !== undefined) throw failure;
  if (settled !== undefined) await end;
}

function circular(hook: string, path: string): string {
  return (
    `${hook} awaits app.close(), which waits for ${path}: it would never have come to its end. close() has returned to ` +
    'it, and the shutdown goes on. Do not await app.close() there, and do not call it where the application is closing.'
  );
}

function closableOf(app: INestApplicationContext): Closable | undefined {
  try {
    return closables.get(app.get(ModulesContainer, { strict: false }));
  } catch {
    // Nest throws for a provider that the application does not have: then it has not imported the module.
    return undefined;
  }
}
