import { Controller, Get, Inject, Scope, type Type } from '@nestjs/common';
import { LongLived } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, startHttpApp } from '../support/http-app.js';

/** What controllers share; not one of its own. */
abstract class Waiting {
  constructor(@Inject(Gate) protected readonly gate: Gate) {}

  @Get('inherited')
  async inherited(): Promise<string> {
    await this.gate.pass();
    return this.constructor.name;
  }

  @LongLived(false)
  @Get('finite')
  async finite(): Promise<string> {
    await this.gate.pass();
    return this.constructor.name;
  }

  @LongLived()
  @Get('marked')
  async marked(): Promise<string> {
    await this.gate.pass();
    return this.constructor.name;
  }
}

@Controller('plain')
class Plain extends Waiting {}

@LongLived()
@Controller('watching')
class Watching extends Waiting {
  @Get('own')
  async own(): Promise<string> {
    await this.gate.pass();
    return this.constructor.name;
  }
}

@Controller('below')
class Below extends Watching {}

@LongLived(false)
@Controller('opposed')
class Opposed extends Watching {}

@LongLived()
@Controller({ path: 'scoped', scope: Scope.REQUEST })
class Scoped extends Waiting {}

@LongLived()
@Controller('frozen')
class Frozen extends Waiting {
  constructor(@Inject(Gate) gate: Gate) {
    super(gate);
    Object.freeze(this);
  }

  @Get('own')
  async own(): Promise<string> {
    await this.gate.pass();
    return this.constructor.name;
  }
}

const CONTROLLERS: readonly Type<unknown>[] = [Plain, Watching, Below, Opposed, Scoped];

/** Whether each path is long-lived, while its request is in flight. */
async function longLived(adapter: Adapter, controllers: readonly Type<unknown>[], paths: readonly string[]) {
  const gate = new Gate();
  const { url, shutdown } = await startHttpApp(adapter, {
    controllers: [...controllers],
    providers: [{ provide: Gate, useValue: gate }],
  });
  const answers = paths.map((path) => ask(url, path));
  await gate.reached(paths.length);
  const { items } = shutdown.inFlight();
  gate.open();
  const bodies = (await Promise.all(answers)).map(({ body }) => body);
  await until('all have ended', () => shutdown.inFlight().total === 0);
  const found = items.map(({ route = '', isLongLived = false }) => [route, isLongLived] as const);
  return { found: Object.fromEntries(found), bodies };
}

describe.each(ADAPTERS)('@LongLived() on a class (%s)', (adapter) => {
  it('holds for inherited routes and for classes that extend it, and for nobody else', async () => {
    const expected = {
      '/plain/inherited': false,
      '/watching/inherited': true,
      '/watching/own': true,
      '/below/inherited': true,
      '/below/own': true,
      '/opposed/inherited': false,
      '/opposed/own': false,
      '/scoped/inherited': true,
    };
    const { found, bodies } = await longLived(adapter, CONTROLLERS, Object.keys(expected));
    expect(found).toEqual(expected);
    expect(bodies).toEqual(['Plain', 'Watching', 'Watching', 'Below', 'Below', 'Opposed', 'Opposed', 'Scoped']);
  });

  it('gives way to what a method says of itself', async () => {
    const expected = {
      '/plain/marked': true,
      '/plain/finite': false,
      '/watching/finite': false,
      '/opposed/marked': true,
      '/scoped/finite': false,
    };
    expect((await longLived(adapter, CONTROLLERS, Object.keys(expected))).found).toEqual(expected);
  });

  it('holds for a controller that freezes itself', async () => {
    expect(await longLived(adapter, [Frozen], ['/frozen/own'])).toEqual({
      found: { '/frozen/own': true },
      bodies: ['Frozen'],
    });
  });
});
