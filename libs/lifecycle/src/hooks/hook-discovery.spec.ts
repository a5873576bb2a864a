import {
  type CanActivate,
  Controller,
  Inject,
  Injectable,
  Module,
  type Provider,
  Scope,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer, REQUEST } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import { NestServices } from '../nest/nest-services.js';
import { Microservices } from '../nest/rpc-target-registry.js';
import { type Hook } from './hook.js';
import { discoverHooks } from './hook-discovery.js';
import { InvalidHookError } from './hook-options.js';
import { OnGracefulShutdown } from './on-graceful-shutdown.decorator.js';

const context = { signal: new AbortController().signal, remainingMs: 1000, reason: 'test', phase: 'closing' } as const;

@Injectable()
class Ledger {
  readonly calls: unknown[] = [];

  @OnGracefulShutdown(80)
  close(...args: unknown[]): string {
    this.calls.push(...args);
    return 'closed';
  }
}

interface Parts {
  readonly providers?: Provider[];
  readonly controllers?: Type[];
  readonly imports?: Type[];
}

describe('discoverHooks', () => {
  let app: TestingModule | undefined;

  /** The hooks of a real application made of these parts. */
  async function discover(parts: Parts): Promise<Hook[]> {
    const { imports = [], ...rest } = parts;
    app = await Test.createTestingModule({ ...rest, imports }).compile();
    await app.init();
    const nest = new NestServices(
      app.get(ModulesContainer),
      app.get(HttpAdapterHost),
      app.get(ApplicationConfig),
      await Microservices.follow(app.get(ModulesContainer)),
    );
    return discoverHooks([...nest.providers, ...nest.enhancers]);
  }

  const discoverNames = async (parts: Parts): Promise<string[]> => (await discover(parts)).map(({ name }) => name);

  async function problemsOf(parts: Parts): Promise<readonly string[]> {
    const error: unknown = await discover(parts).catch((thrown: unknown) => thrown);
    if (error instanceof InvalidHookError) return error.problems;
    throw new Error('these hooks are accepted', { cause: error });
  }

  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('finds the decorated methods of providers, and calls them on their instance with the context', async () => {
    const [hook, ...more] = await discover({ providers: [Ledger] });
    expect(more).toEqual([]);
    expect(hook).toMatchObject({ name: 'Ledger.close', priority: 80, phase: 'closing', timeoutMs: undefined });
    expect(hook?.run(context)).toBe('closed');
    expect(app?.get(Ledger).calls).toEqual([context]);
  });

  it('finds those of controllers', async () => {
    @Controller()
    class Orders {
      @OnGracefulShutdown({ phase: 'lame-duck', timeout: '2s', name: 'stop intake' })
      stop(): void {}
    }
    expect(await discover({ controllers: [Orders] })).toMatchObject([
      { name: 'stop intake', priority: 50, phase: 'lame-duck', timeoutMs: 2000 },
    ]);
  });

  it('finds those of guards that are only named in a decorator', async () => {
    @Injectable()
    class QuotaGuard implements CanActivate {
      canActivate(): boolean {
        return true;
      }

      @OnGracefulShutdown()
      saveCounts(): void {}
    }
    @UseGuards(QuotaGuard)
    @Controller()
    class Orders {}
    expect(await discoverNames({ controllers: [Orders] })).toEqual(['QuotaGuard.saveCounts']);
  });

  it('finds inherited ones, and those of modules that are imported', async () => {
    @Injectable()
    class SpecialLedger extends Ledger {
      @OnGracefulShutdown()
      special(): void {}
    }
    @Module({ providers: [SpecialLedger] })
    class LedgerModule {}
    expect(await discoverNames({ imports: [LedgerModule] })).toEqual(['SpecialLedger.close', 'SpecialLedger.special']);
  });

  it('keeps the order in which Nest registered the providers', async () => {
    const named = (name: string): Provider => {
      class Resource {
        @OnGracefulShutdown({ name })
        close(): void {}
      }
      return { provide: name, useClass: Resource };
    };
    expect(await discoverNames({ providers: [named('c'), named('a'), named('b')] })).toEqual(['c', 'a', 'b']);
  });

  it('finds those of instances that a value or a factory provides', async () => {
    const providers: Provider[] = [
      { provide: 'value', useValue: new Ledger() },
      { provide: 'factory', useFactory: () => new Ledger() },
      { provide: 'later', useFactory: () => Promise.resolve(new Ledger()) },
    ];
    expect(await discoverNames({ providers })).toEqual(['Ledger.close', 'Ledger.close', 'Ledger.close']);
  });

  it('finds an instance once, whatever it goes by', async () => {
    const providers: Provider[] = [
      Ledger,
      { provide: 'alias', useExisting: Ledger },
      { provide: 'alias of the alias', useExisting: 'alias' },
      { provide: 'handed on', useFactory: (ledger: Ledger) => ledger, inject: [Ledger] },
    ];
    expect(await discoverNames({ providers })).toEqual(['Ledger.close']);
  });

  it('does not stumble over odd values', async () => {
    const values = [Object.create(null), null, undefined, 0, 'text', Symbol('s'), [], new Map(), () => 1, class {}];
    const providers = values.map((useValue: unknown, index) => ({ provide: `odd ${index}`, useValue }));
    const factory = { provide: 'function factory', scope: Scope.REQUEST, useFactory: () => ({}) };
    expect(await discoverNames({ providers: [...providers, factory, Ledger] })).toEqual(['Ledger.close']);
  });

  it('never runs a getter', async () => {
    let runs = 0;
    @Injectable()
    class Lazy extends Ledger {
      get pool(): never {
        runs += 1;
        throw new Error('not connected yet');
      }
    }
    expect(await discoverNames({ providers: [Lazy] })).toEqual(['Lazy.close']);
    expect(runs).toBe(0);
  });

  it('calls what has been put in the place of a method, as tests and instrumentation do', async () => {
    const [hook] = await discover({ providers: [Ledger] });
    const close = jest.spyOn(app?.get(Ledger) ?? new Ledger(), 'close').mockReturnValue('replaced');
    expect(hook?.run(context)).toBe('replaced');
    expect(close).toHaveBeenCalledWith(context);
  });

  it('calls the method of a subclass that overrides a decorated one', async () => {
    @Injectable()
    class Louder extends Ledger {
      override close(): string {
        return 'closed loudly';
      }
    }
    const [hook] = await discover({ providers: [Louder] });
    expect(hook?.run(context)).toBe('closed loudly');
  });

  it('names a hook by its symbol', async () => {
    const close = Symbol('close');
    @Injectable()
    class Symbolic {
      @OnGracefulShutdown()
      [close](): string {
        return 'closed';
      }
    }
    const [hook] = await discover({ providers: [Symbolic] });
    expect(hook?.name).toBe('Symbolic.Symbol(close)');
    expect(hook?.run(context)).toBe('closed');
  });

  it('tells several decorators on one method apart', async () => {
    @Injectable()
    class Outbox {
      @OnGracefulShutdown({ phase: 'lame-duck', priority: 10 })
      @OnGracefulShutdown()
      @OnGracefulShutdown({ priority: 95, name: 'last flush' })
      flush(): void {}
    }
    const names = await discoverNames({ providers: [Outbox] });
    expect(names.toSorted()).toEqual(['Outbox.flush (closing, 50)', 'Outbox.flush (lame-duck, 10)', 'last flush']);
  });

  it('refuses hooks of providers without one instance, and says so by class and method', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Ledger {}
    @Injectable({ scope: Scope.TRANSIENT })
    class PerConsumer extends Ledger {}
    @Injectable()
    class Infected extends Ledger {
      constructor(@Inject(REQUEST) readonly request: unknown) {
        super();
      }
    }
    const problems = await problemsOf({ providers: [PerRequest, PerConsumer, Infected] });
    expect(problems).toHaveLength(3);
    expect(problems[0]).toMatch(/^PerRequest\.close: its class is request-scoped, so there is no one instance to call/);
    expect(problems[1]).toMatch(/^PerConsumer\.close: its class is transient/);
    expect(problems[2]).toMatch(/^Infected\.close: its class is request-scoped/);
    expect(problems[0]).toContain("type gracefulShutdown.register('PerRequest.close', …)");
  });

  it('has nothing against such providers without hooks', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {}
    @Injectable({ scope: Scope.TRANSIENT })
    class PerConsumer {}
    expect(await discoverNames({ providers: [PerRequest, PerConsumer, Ledger] })).toEqual(['Ledger.close']);
  });

  it('reports every problem of every hook together', async () => {
    @Injectable()
    class Sloppy {
      @OnGracefulShutdown(101)
      high(): void {}

      @OnGracefulShutdown(NaN)
      none(): void {}

      @OnGracefulShutdown({ priority: 1.5, timeout: 0 })
      both(): void {}
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      @OnGracefulShutdown(-1)
      low(): void {}
    }
    const problems = await problemsOf({ providers: [Sloppy, Ledger, PerRequest] });
    expect(problems.map((problem) => problem.split(';')[0])).toEqual([
      'Sloppy.high: received priority 101',
      'Sloppy.none: received priority NaN',
      'Sloppy.both: received priority 1.5',
      'Sloppy.both: received timeout 0',
      'PerRequest.low: received priority -1',
      expect.stringMatching(/^PerRequest\.low: its class is request-scoped/),
    ]);
  });
});
