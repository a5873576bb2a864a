import { LifecycleError } from '../errors/lifecycle-error.js';
import { declaredHooks, OnGracefulShutdown } from './on-graceful-shutdown.decorator.js';

const methods = (instance: object): (string | symbol)[] => declaredHooks.of(instance).map(({ method }) => method);

/** Applies the decorator as TypeScript does, where its types would not let it. */
function decorate(target: object, key: string | symbol, descriptor?: PropertyDescriptor): void {
  const decorator: (target: object, key: string | symbol, descriptor?: PropertyDescriptor) => void =
    OnGracefulShutdown() as never;
  decorator(target, key, descriptor);
}

describe('@OnGracefulShutdown', () => {
  it('takes a priority, options, or nothing', () => {
    class Ledger {
      @OnGracefulShutdown()
      plain(): void {}

      @OnGracefulShutdown(80)
      withPriority(): void {}

      @OnGracefulShutdown({ phase: 'lame-duck', priority: 10, timeout: '2s', name: 'registry' })
      withOptions(): void {}
    }
    expect(declaredHooks.of(new Ledger())).toEqual([
      { method: 'plain', options: {} },
      { method: 'withPriority', options: { priority: 80 } },
      { method: 'withOptions', options: { phase: 'lame-duck', priority: 10, timeout: '2s', name: 'registry' } },
    ]);
  });

  it('can be on one method several times', () => {
    class Ledger {
      @OnGracefulShutdown(80)
      @OnGracefulShutdown({ phase: 'lame-duck' })
      flush(): void {}
    }
    const declared = declaredHooks.of(new Ledger());
    expect(declared.map(({ method }) => method)).toEqual(['flush', 'flush']);
    expect(declared.map(({ options }) => options)).toEqual(
      expect.arrayContaining([{ priority: 80 }, { phase: 'lame-duck' }]),
    );
  });

  it('is inherited, the base class first, and keeps classes apart', () => {
    class Base {
      @OnGracefulShutdown(1)
      base(): void {}
    }
    class Middle extends Base {
      @OnGracefulShutdown(2)
      middle(): void {}
    }
    class Sibling extends Base {
      @OnGracefulShutdown(3)
      sibling(): void {}
    }
    class Leaf extends Middle {}
    expect(methods(new Leaf())).toEqual(['base', 'middle']);
    expect(methods(new Sibling())).toEqual(['base', 'sibling']);
    expect(methods(new Base())).toEqual(['base']);
  });

  it('stays with a method that a subclass overrides', () => {
    class Base {
      @OnGracefulShutdown(1)
      close(): void {}
    }
    class Silent extends Base {
      override close(): void {}
    }
    class Louder extends Base {
      @OnGracefulShutdown(90)
      override close(): void {}
    }
    expect(declaredHooks.of(new Silent())).toEqual([{ method: 'close', options: { priority: 1 } }]);
    expect(declaredHooks.of(new Louder())).toEqual([{ method: 'close', options: { priority: 90 } }]);
  });

  it('works on methods named by a symbol', () => {
    const close = Symbol('close');
    class Ledger {
      @OnGracefulShutdown()
      [close](): void {}
    }
    expect(methods(new Ledger())).toEqual([close]);
  });

  it('does not run getters when it is looked for', () => {
    let runs = 0;
    class Ledger {
      get pool(): number {
        runs += 1;
        return runs;
      }

      @OnGracefulShutdown()
      close(): void {}
    }
    expect(methods(new Ledger())).toEqual(['close']);
    expect(runs).toBe(0);
  });

  it('is found on nothing else', () => {
    expect(declaredHooks.of({})).toEqual([]);
    expect(declaredHooks.of([])).toEqual([]);
    expect(declaredHooks.of(Object.create(null) as object)).toEqual([]);
  });

  it('says what is wrong with a static method, a getter and a property', () => {
    class Ledger {
      static closeAll(): void {}
    }
    const getter = { get: () => 1, configurable: true };
    expect(() => decorate(Ledger, 'closeAll', Object.getOwnPropertyDescriptor(Ledger, 'closeAll'))).toThrow(
      '@OnGracefulShutdown() on Ledger.closeAll has nothing to call: it is static. Put it on a method of the instance.',
    );
    expect(() => decorate(Ledger.prototype, 'pool', getter)).toThrow('on Ledger.pool has nothing to call: it is not a');
    expect(() => decorate(Ledger.prototype, 'close')).toThrow(
      'on Ledger.close has nothing to call: it is not a method',
    );
    expect(() => decorate(Ledger.prototype, 'close')).toThrow(LifecycleError);
  });
});
