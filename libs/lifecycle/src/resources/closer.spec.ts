import { LifecycleError } from '../errors/lifecycle-error.js';
import { findCloser } from './closer.js';

const METHODS = [
  Symbol.asyncDispose,
  ...[
    'close',
    'quit',
    'end',
    'disconnect',
    '$disconnect',
    'dispose',
    'shutdown',
    'destroy',
    'terminate',
    'stop',
    'kill',
  ],
] as const;

/** Something with the methods given, each of which answers its own name. */
function resource(methods: readonly (string | symbol)[]): object {
  return Object.fromEntries(methods.map((method) => [method, () => method]));
}

describe('findCloser', () => {
  it.each(METHODS.map((method) => [String(method), method] as const))('finds %s', (_name, method) => {
    expect(findCloser('pool', resource([method]))()).toBe(method);
  });

  it.each(METHODS.map((method, index) => [String(method), index] as const))('prefers %s to those behind it', (_, i) => {
    expect(findCloser('pool', resource(METHODS.slice(i).toReversed()))()).toBe(METHODS[i]);
  });

  it('finds a method of the class, and calls it on the instance without arguments', () => {
    class Pool {
      readonly #name = 'orders';

      end(...args: unknown[]): string {
        return `${this.#name} ended with ${args.length} arguments`;
      }
    }
    expect(findCloser('pool', new Pool())('context')).toBe('orders ended with 0 arguments');
  });

  it('hands the answer on, so that it can be waited for', async () => {
    await expect(findCloser('pool', { close: () => Promise.resolve('closed') })()).resolves.toBe('closed');
    await expect(findCloser('pool', () => Promise.resolve('closed'))()).resolves.toBe('closed');
  });

  it('calls a function with the context it gets', () => {
    expect(findCloser('pool', (...args: unknown[]) => args)('context')).toEqual(['context']);
  });

  it('takes the method it is told', () => {
    const symbol = Symbol('leave');
    expect(findCloser('pool', resource(['close', 'leave']), 'leave')()).toBe('leave');
    expect(findCloser('pool', resource(['close', symbol]), symbol)()).toBe(symbol);
    const client = Object.assign(() => 'called', { stop: () => 'stopped' });
    expect(findCloser('client', client, 'stop')()).toBe('stopped');
  });

  it('says what to type when there is no way to close something', () => {
    class Cache {
      readonly close = 'a word';
      readonly password = 'hunter2';
    }
    const find = (): unknown => findCloser('cache', new Cache());
    expect(find).toThrow(LifecycleError);
    expect(find).toThrow(
      `register('cache', …) does not know how to close [Cache]: it has none of ${String(Symbol.asyncDispose)}, close, ` +
        'quit, end, disconnect, $disconnect, dispose, shutdown, destroy, terminate, stop, kill. ' +
        "Type register('cache', () => …) with a function that closes it, or { closeWith: 'nameOfTheMethod' }.",
    );
    expect(() => findCloser('cache', { close: () => 1 }, 'leave')).toThrow('it has none of leave. ');
  });

  it.each([undefined, null, 1, 'pool'])('says the same of %p, which types do not allow', (target) => {
    expect(() => findCloser('cache', target as never)).toThrow("register('cache', …) does not know how to close");
  });
});
