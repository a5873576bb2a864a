import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { replaceMethod } from '../patching/replace-method.js';
import { askingWork } from '../waits/asking-work.js';
import { type CircularAnswer, type Waits } from '../waits/waits.js';

/** An application, as far as its `close()` is of interest. */
interface Closable {
  readonly nest: { readonly waits: Waits };
  readonly inFlight: InFlightWork;
  readonly log: { warn(message: string): void };
}

/** Applications with the module, by what Nest injects into every one. */
const closables = new WeakMap<object, Closable>();
const watching = new Set<object>();
let restore: () => void = () => undefined;

/**
 * Watches who awaits `app.close()` of any application in the process. A hook, a request, a message or a task that would
 * wait for itself that way gets its answer, and a warning says so; the shutdown goes on. Nest's own `close` is back when the
 * last application has ended. Returns its undo.
 */
export function watchCloses(modules: ModulesContainer): () => void {
  if (watching.size === 0) restore = replaceClose();
  watching.add(modules);
  return () => void (watching.delete(modules) && watching.size === 0 && restore());
}

/** Makes an application's `close()` known. */
export function knowClosable(modules: ModulesContainer, closable: Closable): void {
  closables.set(modules, closable);
}

/** Every kind of application inherits it; read in Nest 11.2.10 and 12.5.1. */
function replaceClose(): () => void {
  return replaceMethod(
    NestApplicationContext.prototype,
    'close',
    (original) =>
      function close(this: unknown, ...args) {
        // Nest's own method, called on an application.
        const app = this as INestApplicationContext;
        const closable = closableOf(app);
        const asking = closable === undefined ? undefined : askingWork(closable.inFlight);
        const end = Reflect.apply(original, app, args) as Promise<void>;
        if (closable === undefined || asking === undefined) return end;
        const answer: CircularAnswer<void> = ({ hook, path }) => closable.log.warn(circular(hook, path));
        return closable.nest.waits.ended({ end, answer, asking });
      },
  );
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
    // Nest throws for what an application does not have; then its close() is none of ours.
    return undefined;
  }
}
