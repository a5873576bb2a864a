import {
  type ArgumentMetadata,
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Header,
  Inject,
  Injectable,
  type MessageEvent,
  type NestInterceptor,
  Param,
  ParseIntPipe,
  type PipeTransform,
  Query,
  Scope,
  SetMetadata,
  Sse,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { concat, concatWith, finalize, NEVER, type Observable, of } from 'rxjs';
import { ADAPTERS, ask, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

const seen: string[] = [];

function describeHandler(who: string, context: ExecutionContext, reflector: Reflector): void {
  const role = reflector.getAllAndOverride<string | undefined>('role', [context.getHandler(), context.getClass()]);
  seen.push(`${who}: ${context.getClass().name}.${context.getHandler().name} ${role ?? ''}`.trim());
}

@Injectable()
class RoleGuard implements CanActivate {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    describeHandler('guard', context, this.reflector);
    return !context.switchToHttp().getRequest<{ url: string }>().url.includes('forbidden');
  }
}

@Injectable()
class NamingInterceptor implements NestInterceptor {
  constructor(@Inject(Reflector) private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    describeHandler('interceptor', context, this.reflector);
    return next.handle().pipe(
      concatWith(of({ data: 'goodbye' })),
      finalize(() => seen.push('interceptor: torn down')),
    );
  }
}

@Injectable()
class DoublingPipe implements PipeTransform<unknown, unknown> {
  transform(value: unknown, { data }: ArgumentMetadata): unknown {
    return data === 'name' && typeof value === 'string' ? value.repeat(2) : value;
  }
}

@Controller('topics')
class TopicsController {
  /** Private: its methods need the very instance. */
  readonly #kind = 'topic';

  @SetMetadata('role', 'reader')
  @UseGuards(RoleGuard)
  @UseInterceptors(NamingInterceptor)
  @UsePipes(DoublingPipe)
  @Header('X-Topic', 'yes')
  @Sse(':id/events')
  events(@Param('id', ParseIntPipe) id: number, @Query('name') name: string): Observable<MessageEvent> {
    seen.push(`handler: ${typeof id} ${id} ${name}`);
    return concat(of({ data: this.describe(id) }), NEVER);
  }

  describe(id: number): string {
    return `${this.#kind} ${id}`;
  }
}

/** Inherits its handlers. */
@SetMetadata('role', 'heir')
@Controller('heirs')
class HeirsController extends TopicsController {
  override describe(id: number): string {
    return `heir of ${super.describe(id)}`;
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedTopicsController extends TopicsController {}

// Its methods are functions.
const methodOf = (controller: object) => Reflect.get(controller, 'events') as TopicsController['events'];

describe.each(ADAPTERS)('the handler of an event stream (%s)', (adapter) => {
  it.each([
    ['topics', 'TopicsController', 'topic 7'],
    ['heirs', 'HeirsController', 'heir of topic 7'],
    ['scoped', 'ScopedTopicsController', 'topic 7'],
  ])('keeps its name, metadata, guards, pipes, parameters and headers: %s', async (path, name, data) => {
    seen.length = 0;
    const { app, url, shutdown } = await startHttpApp(adapter, {
      controllers: [TopicsController, HeirsController, ScopedTopicsController],
    });
    const client = await RawClient.connect(url);
    client.ask('GET', `/${path}/7/events?name=ab`);
    const received = await client.until(new RegExp(`data: ${data}\n`));
    expect(received).toMatch(/^HTTP\/1\.1 200 [^]*x-topic: yes/i);
    expect(seen).toEqual([
      `guard: ${name}.events reader`,
      `interceptor: ${name}.events reader`,
      'handler: number 7 abab',
    ]);
    expect(shutdown.inFlight().items).toMatchObject([{ name: `GET /${path}/:id/events`, isLongLived: true }]);
    await app.close();
    expect(seen.at(-1)).toBe('interceptor: torn down');
    expect(client.received).toMatch(/\r\n0\r\n\r\n$/);
  });

  it('is stopped by its guards and pipes as ever', async () => {
    const { url } = await startHttpApp(adapter, { controllers: [TopicsController] });
    expect(await ask(url, '/topics/7/events?forbidden')).toMatchObject({ status: 403 });
    expect(await ask(url, '/topics/seven/events')).toMatchObject({ status: 400 });
  });

  it('may say something last in an interceptor of its own', async () => {
    const { app, url } = await startHttpApp(adapter, { controllers: [TopicsController] });
    const client = await RawClient.connect(url);
    client.ask('GET', '/topics/7/events?name=ab');
    await client.until(/data: topic 7/);
    await app.close();
    expect(client.received).toMatch(/data: topic 7[^]*data: goodbye[^]*\r\n0\r\n\r\n$/);
  });

  it('can still be called, and watched, on the controller', async () => {
    const { app, url } = await startHttpApp(adapter, { controllers: [TopicsController] });
    const controller = app.get(TopicsController);
    const original = methodOf(TopicsController.prototype);
    const { name, length } = methodOf(controller);
    expect({ name, length }).toEqual({ name: 'events', length: 2 });
    // Guards and interceptors may know it by identity.
    expect(methodOf(controller)).toBe(original);
    const spy = jest.spyOn(controller, 'describe');
    const client = await RawClient.connect(url);
    client.ask('GET', '/topics/7/events?name=ab');
    await client.until(/data: topic 7/);
    expect(spy).toHaveBeenCalledWith(7);
    client.abort();
  });
});
