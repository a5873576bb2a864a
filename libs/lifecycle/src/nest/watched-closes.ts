import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { replaceMethod } from '../patching/replace-method.js';
import { askingWork } from '../waits/asking-work.js';
import { type CircularAnswer, type Waits } from '../waits/waits.js';

/** The parts of an application that its `close()` needs here. */
interface Closable {
  readonly nest: { readonly waits: Waits };
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

/** Replaces `close` for every kind of application, which all inherit it; read in Nest 11.2.10 and 12.5.1. */
function replaceClose(): () => void {
  return replaceMethod(
    NestApplicationContext.prototype,
    'close',
    (original) =>
      function close(this: unknown, ...args) {
        // It is Nest's own method, so `this` is an application.
        const app = this as INestApplicationContext;
        const closable = closableOf(app);
        const asking = closable === undefined ? undefined : askingWork(closable.inFlight);
        const end = Reflect.apply(original, app, args) as Promise<void>;
        if (closable === undefined || asking === undefined) return end;
        const answer: CircularAnswer<void> = ({ hook, path }) => closable.log.warn(circular(hook, path));
        return closable.nest.waits.ended({ end: raising(end, closable), answer, asking });
      },
  );
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
