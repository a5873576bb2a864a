import { defineKind } from '../define-kind.js';
import { hasGetters, hasMethods } from '../shape.js';

/** A dispatcher of undici 5 to 7: an agent, a pool, a client. */
interface Dispatcher {
  readonly closed: boolean;
  readonly destroyed: boolean;
  /** Waits for the requests that run. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

export const undici = defineKind<Dispatcher>({
  title: 'undici dispatcher',
  type: 'agent',
  timeoutMs: 2000,
  is: (value): value is Dispatcher =>
    hasGetters(value, ['closed', 'destroyed']) &&
    hasMethods(value, ['dispatch', 'close', 'destroy']) &&
    !isGlobal(value),
  failsTwice: ['close'],
  isClosed: ({ closed, destroyed }) => closed || destroyed,
  close: (dispatcher) => dispatcher.close(),
  unfinished: () => 'requests of an undici dispatcher',
  force: (dispatcher) => dispatcher.destroy(),
});

/** The one that `fetch` uses: code of any application in the process may need it. */
function isGlobal(value: object): boolean {
  return Object.getOwnPropertySymbols(globalThis).some(
    (symbol) =>
      symbol.description?.startsWith('undici.globalDispatcher') === true && Reflect.get(globalThis, symbol) === value,
  );
}
