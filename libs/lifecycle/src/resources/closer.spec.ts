import { LifecycleError } from '../errors/lifecycle-error.js';
import { findCloser } from './closer.js';

const ORDERLY = [
  Symbol.asyncDispose,
  ...['close', 'quit', 'end', 'disconnect', '$disconnect', 'shutdown', 'dispose'],
  Symbol.dispose,
] as const;
const OTHERS = ['stop', 'release', 'destroy', 'terminate', 'kill'] as const;
const METHODS = [...ORDERLY, ...OTHERS];

/** Something with the methods given, each of which answers its own name. */
function resource(methods: readonly (string | symbol)[]): object {
  return Object.fromEntries(methods.map((method) => [method, () => method]));
}

const pairs = (first: readonly string[], second: readonly string[]): (readonly [string, string])[] =>
  first.flatMap((one) =>
    second.filter((other) => other > one || !first.includes(other)).map((other) => [one, other] as const),
  );

describe('findCloser', () => {
  it.each(METHODS.map((method) => [String(method), method] as const))('finds %s', (_name, method) => {
    expect(findCloser('pool', resource([method]))()).toBe(method);
  });

  it.each(ORDERLY.map((method, index) => [String(method), index] as const))('prefers %s to those behind it', (_, i) => {
    expect(findCloser('pool', resource(METHODS.slice(i).toReversed()))()).toBe(METHODS[i]);
  });

  it('takes stop() of something that also has release()', () => {
    expect(findCloser('pool', resource(['release', 'stop']))()).toBe('stop');
  });

  it.each(pairs(['destroy', 'terminate', 'kill', 'stop', 'release'], ['destroy', 'terminate', 'kill']))(
    'does not choose between %s() and %s(), and says what to type',
    (one, other) => {
      const find = (): unknown => findCloser('pool', resource([one, other]));
      expect(find).toThrow(LifecycleError);
      expect(find).toThrow(
        /^register\('pool', …\) does not choose between \w+\(\) and \w+\(\) of \[Object\]: .* may cut what still runs\. Type register\('pool', …, \{ closeWith: '\w+' \}\) with the one that closes it\.$/,
      );
      expect(findCloser('pool', resource([one, other]), other)()).toBe(other);
    },
  );

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
      `register('cache', …) does not know how to close [Cache]: it has none of ${METHODS.map(String).join(', ')}. ` +
        "Type register('cache', () => …) with a function that closes it, or { closeWith: 'nameOfTheMethod' }.",
    );
    expect(() => findCloser('cache', { close: () => 1 }, 'leave')).toThrow('it has none of leave. ');
  });

  it.each([undefined, null, 1, 'pool'])('says the same of %p, which types do not allow', (target) => {
    expect(() => findCloser('cache', target)).toThrow("register('cache', …) does not know how to close");
  });

  it('says what to type for a promise, and for a class in place of its instance', () => {
    class Pool {
      close(): void {}
    }
    expect(() => findCloser('pool', Promise.resolve(new Pool()))).toThrow(
      "register('pool', …) was given a promise. Type register('pool', await …), with what it resolves with.",
    );
    expect(() => findCloser('pool', Pool)).toThrow(
      "register('pool', …) was given the class Pool. Give it the instance that is to be closed.",
    );
  });
});
