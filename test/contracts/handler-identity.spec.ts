import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type OnModuleDestroy,
  type OnModuleInit,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import { INTERCEPTORS_METADATA } from '@nestjs/common/constants';
import { type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WebSocketGateway } from '@nestjs/websockets';
import { LongLived } from 'nestjs-lifecycle';
import { concat, NEVER, type Observable, of } from 'rxjs';
import { ADAPTERS, ask, createHttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

/** What a library keeps that marks handlers by identity. */
const allowed = new WeakSet<object>();
const Allowed = (): MethodDecorator => (_target, _name, descriptor) => {
  // Of a method, a function.
  allowed.add(descriptor.value as object);
};

@Injectable()
class AllowedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return allowed.has(context.getHandler());
  }
}

abstract class Feeds {
  @Allowed()
  @Sse('events')
  events(): Observable<{ data: string }> {
    return concat(of({ data: this.constructor.name }), NEVER);
  }

  @Allowed()
  @Get('poll')
  poll(): string {
    return this.constructor.name;
  }

  @Allowed()
  @Get('by-hand')
  byHand(@Res() response: { send(body: string): void }): void {
    response.send(this.constructor.name);
  }
}

@UseGuards(AllowedGuard)
@Controller('short')
class ShortFeeds extends Feeds {}

@LongLived()
@UseGuards(AllowedGuard)
@Controller('long')
class LongFeeds extends Feeds {}

const METHODS = ['events', 'poll', 'byHand'] as const;
const CONTROLLERS = [ShortFeeds, LongFeeds];

function methodOf(target: object, name: string): object {
  // Only asked for methods.
  return Reflect.get(target, name) as object;
}

/** All that can be seen of the methods of a class. */
function visible(prototype: object): unknown {
  return METHODS.map((name) => {
    const method = methodOf(prototype, name);
    const metadata = Reflect.getMetadataKeys(method).map((key: unknown): unknown[] => [
      key,
      Reflect.getMetadata(key, method),
    ]);
    return [method, Reflect.ownKeys(method), metadata];
  });
}

const written = visible(Feeds.prototype);

/** Some are of the framework. */
const MOST_METHODS = 10;

const CLASS_OF = { express: ExpressAdapter, fastify: FastifyAdapter };

describe.each(ADAPTERS)('a handler is known by its identity (%s)', (adapter) => {
  it.each(['short', 'long'])('to guards, in whichever way its route is long-lived: %s', async (path) => {
    const { url } = await startHttpApp(adapter, { controllers: CONTROLLERS });
    const client = await RawClient.connect(url);
    client.ask('GET', `/${path}/events`);
    expect(await client.until(/data: .*\n/)).toMatch(/^HTTP\/1\.1 200/);
    expect(await ask(url, `/${path}/poll`)).toMatchObject({ status: 200 });
    expect(await ask(url, `/${path}/by-hand`)).toMatchObject({ status: 200 });
    client.abort();
  });

  it('and is as it was written, on the instance and on the class, while two applications use it', async () => {
    const first = await startHttpApp(adapter, { controllers: CONTROLLERS });
    const second = await startHttpApp(adapter, { controllers: CONTROLLERS });
    for (const { app } of [first, second]) {
      for (const controller of CONTROLLERS) {
        const instance = app.get<object>(controller);
        expect(visible(instance)).toEqual(written);
        expect(Reflect.ownKeys(instance)).toEqual([]);
      }
    }
    expect(visible(Feeds.prototype)).toEqual(written);
  });

  it('has no interceptor more than it was given, as soon as other code runs', async () => {
    const seen: unknown[] = [];
    @Injectable()
    class Looking implements OnModuleInit {
      onModuleInit(): void {
        seen.push(Reflect.getMetadata(INTERCEPTORS_METADATA, methodOf(Feeds.prototype, 'events')));
      }
    }
    await startHttpApp(adapter, { controllers: CONTROLLERS, providers: [Looking] });
    expect(seen).toEqual([undefined]);
  });
});

describe.each(ADAPTERS)('the adapter of an application (%s)', (adapter) => {
  // V8 makes an object slow, at every access, once more than a dozen methods were put on it.
  it('gets few methods of its own, also while Nest registers the routes, and has its class when it serves', async () => {
    const prototype: AbstractHttpAdapter = CLASS_OF[adapter].prototype;
    const own: number[] = [];
    const get: unknown = Reflect.get(prototype, 'get');
    if (typeof get !== 'function') throw new Error('the adapter registers no route for GET');
    prototype.get = function registered(this: object, ...args: unknown[]) {
      own.push(Object.values(Object.getOwnPropertyDescriptors(this)).filter(isMethod).length);
      Reflect.apply(get, this, args);
    };
    const { app } = await startHttpApp(adapter, { controllers: CONTROLLERS });
    Reflect.set(prototype, 'get', get);
    expect(own.length).toBeGreaterThan(0);
    expect(Math.max(...own)).toBeLessThanOrEqual(MOST_METHODS);
    expect(Object.getPrototypeOf(app.getHttpAdapter())).toBe(prototype);
  });
});

function isMethod({ value }: PropertyDescriptor): boolean {
  return typeof value === 'function';
}

describe('the hooks of a provider', () => {
  class Pool implements OnModuleInit, OnModuleDestroy {
    ended = 0;

    onModuleInit(): void {
      this.ended = 0;
    }

    onModuleDestroy(): void {
      this.ended += 1;
    }
  }

  @WebSocketGateway()
  class Leaver {
    handleDisconnect(): void {
      return;
    }
  }

  it.each(['before the boot', 'after the boot'])(
    'are called once, and seen by a spy that was put there %s',
    async (when) => {
      const { app } = await createHttpApp('express', { providers: [Pool, Leaver] });
      const pool = app.get(Pool);
      const spyOn = (): jest.SpyInstance => jest.spyOn(pool, 'onModuleDestroy');
      const early = when === 'before the boot' ? spyOn() : undefined;
      await app.init();
      expect(methodOf(pool, 'onModuleInit')).toBe(methodOf(Pool.prototype, 'onModuleInit'));
      expect(Reflect.ownKeys(app.get(Leaver))).toEqual([]);
      const spy = early ?? spyOn();
      await app.close();
      expect(spy).toHaveBeenCalledTimes(1);
      expect(pool.ended).toBe(1);
      expect(methodOf(pool, 'onModuleDestroy')).toBe(spy);
      spy.mockRestore();
      expect(methodOf(pool, 'onModuleDestroy')).toBe(methodOf(Pool.prototype, 'onModuleDestroy'));
    },
  );

  it('keep the spy that other code puts on them while Nest boots', async () => {
    const spies: jest.SpyInstance[] = [];
    class Spying implements OnModuleInit {
      pool: Pool | undefined;

      onModuleInit(): void {
        if (this.pool !== undefined) spies.push(jest.spyOn(this.pool, 'onModuleDestroy'));
      }
    }
    const { app } = await createHttpApp('express', { providers: [Pool, Spying] });
    app.get(Spying).pool = app.get(Pool);
    await app.init();
    await app.close();
    expect(spies.map((spy) => spy.mock.calls.length)).toEqual([1]);
  });
});
