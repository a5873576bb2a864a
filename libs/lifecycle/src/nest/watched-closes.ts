import { type INestApplicationContext } from '@nestjs/common';
import { ModulesContainer, NestApplicationContext } from '@nestjs/core';
import { first, type Observable } from 'rxjs';
import { type Phase } from '../phase/phase.js';
import { type Waits } from '../waits/waits.js';

/** An application, as far as its `close()` is of interest. */
interface Closable {
  readonly nest: { readonly waits: Waits };
  readonly log: { warn(message: string): void };
}

type Close = (this: INestApplicationContext, ...args: unknown[]) => Promise<void>;

/** Applications with the module, by what Nest injects into every one. */
const closables = new WeakMap<object, Closable>();
const watching = new Set<object>();
let restore: () => void = () => undefined;

/**
 * From the lame duck on, watches who awaits `app.close()` of any application in the process. A hook that would wait for
 * itself that way gets its answer at once, and a warning says so; the shutdown goes on. Nest's own `close` is back when
 * the last shutdown is over. Returns its undo.
 */
export function watchCloses(modules: ModulesContainer, phase$: Observable<Phase>): () => void {
  const subscription = phase$.pipe(first((phase) => phase === 'lame-duck', undefined)).subscribe((phase) => {
    if (phase === undefined) return;
    if (watching.size === 0) restore = replaceClose();
    watching.add(modules);
  });
  return () => {
    subscription.unsubscribe();
    if (watching.delete(modules) && watching.size === 0) restore();
  };
}

/** Makes an application's `close()` known. */
export function knowClosable(modules: ModulesContainer, closable: Closable): void {
  closables.set(modules, closable);
}

/** Every kind of application inherits it; read in Nest 11.2.10 and 12.5.1. */
function replaceClose(): () => void {
  const { prototype } = NestApplicationContext;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'close');
  if (typeof descriptor?.value !== 'function') return () => undefined;
  // Nest's own method.
  const original = descriptor.value as Close;
  const watched: Close = function close(...args) {
    const end = Reflect.apply(original, this, args);
    const closable = closableOf(this);
    if (closable === undefined) return end;
    return closable.nest.waits.ended({ end, answer: ({ hook, path }) => closable.log.warn(circular(hook, path)) });
  };
  Object.defineProperty(prototype, 'close', { ...descriptor, value: watched });
  return () => Object.defineProperty(prototype, 'close', descriptor);
}

function circular(hook: string, path: string): string {
  return (
    `${hook} awaits app.close(), which waits for ${path}: it would never have come to its end. close() has returned to ` +
    'it at once, and the shutdown goes on. Remove that call: the application is closing already.'
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
