import { Controller, Inject, Injectable, Post, Scope } from '@nestjs/common';
import {
  AggregateRoot,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventBus,
  EventPublisher,
  EventsHandler,
  ofType,
  QueryBus,
  QueryHandler,
  Saga,
  UnhandledExceptionBus,
} from '@nestjs/cqrs';
import { concatMap, delay, map, type Observable } from 'rxjs';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ask, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';

class Place {}
class Total {}
class Bill {}
class Fail {}
class Placed {}
class Shipped {}
class Failed {}

const names = ({ shutdown }: HttpApp): string[] => shutdown.inFlight().items.map(({ name }) => name);

interface Buses extends HttpApp {
  readonly gate: Gate;
  readonly heard: string[];
  readonly events: EventBus;
  readonly commands: CommandBus;
  readonly queries: QueryBus;
}

class Order extends AggregateRoot {
  place(): void {
    this.apply(new Placed());
  }
}

/** Handlers that wait at the gate. */
function handlers(gate: Gate, heard: string[]): (new (...args: never[]) => object)[] {
  const passes = async (what: string): Promise<string> => {
    await gate.pass();
    heard.push(what);
    return what;
  };
  @CommandHandler(Place)
  class PlaceHandler {
    constructor(@Inject(EventPublisher) private readonly publisher: EventPublisher) {}

    async execute(): Promise<string> {
      const order = this.publisher.mergeObjectContext(new Order());
      order.place();
      order.commit();
      return 'placed';
    }
  }
  @QueryHandler(Total)
  class TotalHandler {
    execute = (): Promise<string> => passes('total');
  }
  @CommandHandler(Bill)
  class BillHandler {
    execute = (): Promise<string> => passes('billed');
  }
  @CommandHandler(Fail)
  class FailHandler {
    execute(): never {
      throw new Error('failed on purpose');
    }
  }
  @EventsHandler(Placed)
  class MailHandler {
    handle = (): Promise<string> => passes('mailed');
  }
  @EventsHandler(Shipped, { scope: Scope.REQUEST })
  class ShippedHandler {
    handle(): Promise<string> {
      return passes('shipped');
    }
  }
  @EventsHandler(Failed)
  class FailedHandler {
    async handle(): Promise<void> {
      await Promise.reject(new Error('failed on purpose'));
    }
  }
  return [PlaceHandler, TotalHandler, BillHandler, FailHandler, MailHandler, ShippedHandler, FailedHandler];
}

async function startBuses(parts: HttpAppParts = {}, providers: (new () => object)[] = []): Promise<Buses> {
  const gate = new Gate();
  const heard: string[] = [];
  const world = await startHttpApp('express', {
    ...parts,
    imports: [CqrsModule.forRoot()],
    providers: [...handlers(gate, heard), ...providers],
  });
  const { app } = world;
  return {
    ...world,
    gate,
    heard,
    events: app.get(EventBus),
    commands: app.get(CommandBus),
    queries: app.get(QueryBus),
  };
}

/** A saga that bills what was placed. */
function billing(through: (placed: Observable<Placed>) => Observable<unknown>): new () => object {
  @Injectable()
  class Billing {
    @Saga()
    placed = (events: Observable<object>): Observable<Bill> =>
      through(events.pipe(ofType(Placed))).pipe(map(() => new Bill()));
  }
  return Billing;
}

async function closes({ app, shutdown }: Buses): Promise<{ closing: Promise<void>; isSettled: () => boolean }> {
  const closing = app.close();
  const state = watch(closing);
  await until('it drains', () => shutdown.phase === 'draining');
  await turns();
  return { closing, isSettled: () => state.isSettled };
}

describe('CQRS', () => {
  it('event handlers of an answered request are waited for and named', async () => {
    @Controller('orders')
    class Orders {
      constructor(@Inject(CommandBus) private readonly commands: CommandBus) {}

      @Post()
      place(): Promise<string> {
        return this.commands.execute(new Place());
      }
    }
    const world = await startBuses({ controllers: [Orders] });
    expect(await ask(world.url, { method: 'POST', path: '/orders' })).toMatchObject({ body: 'placed' });
    expect(names(world)).toEqual(['MailHandler.handle']);
    const { closing, isSettled } = await closes(world);
    expect(isSettled()).toBe(false);
    world.gate.open();
    await closing;
    expect(world.heard).toEqual(['mailed']);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
  });

  it('commands and queries outside of requests are, and request-scoped event handlers', async () => {
    const world = await startBuses();
    const answers = [world.commands.execute(new Bill()), world.queries.execute(new Total())];
    void world.events.publish(new Shipped());
    await world.gate.reached(3);
    expect(names(world).toSorted()).toEqual(['BillHandler.execute', 'ShippedHandler.handle', 'TotalHandler.execute']);
    const { closing, isSettled } = await closes(world);
    expect(isSettled()).toBe(false);
    world.gate.open();
    expect(await Promise.all(answers)).toEqual(['billed', 'total']);
    await closing;
    expect(world.heard).toContain('shipped');
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [], requests: { drained: 3 } });
  });

  it.each([
    ['at once', (placed: Observable<Placed>) => placed],
    ['after a delay', (placed: Observable<Placed>) => placed.pipe(delay(5), delay(5))],
  ])('sagas that answer %s are followed to the end of their command', async (_how, through) => {
    const world = await startBuses({}, [billing(through)]);
    void world.events.publish(new Placed());
    expect(names(world)).toContain('MailHandler.handle');
    const { closing, isSettled } = await closes(world);
    await until('it bills', () => names(world).includes('BillHandler.execute'));
    expect(isSettled()).toBe(false);
    world.gate.open();
    await closing;
    expect(world.heard.toSorted()).toEqual(['billed', 'mailed']);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
  });

  it('sagas that hold back an event in another way are unverified', async () => {
    const asynchronous = (placed: Observable<Placed>) => placed.pipe(concatMap(async (event) => event));
    const world = await startBuses({}, [billing(asynchronous)]);
    world.gate.open();
    void world.events.publish(new Placed());
    await until('it has billed', () => world.heard.includes('billed'));
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'unverified',
      unseen: [expect.stringMatching(/^events that the saga placed holds back .* cannot be seen/)],
    });
  });

  it('failures are told as they are without the module, and count no more', async () => {
    const world = await startBuses();
    const unhandled: string[] = [];
    const subscription = world.app.get(UnhandledExceptionBus).subscribe(({ exception }) => {
      unhandled.push(String(exception));
    });
    void world.events.publish(new Failed());
    await until('it is told', () => unhandled.length === 1);
    subscription.unsubscribe();
    expect(unhandled).toEqual(['Error: failed on purpose']);
    expect(() => world.commands.execute(new Fail())).toThrow('failed on purpose');
    expect(() => world.commands.execute(new Placed())).toThrow('Placed');
    expect(names(world)).toEqual([]);
  });

  it('handlers are those of the application, by the same names in the log', async () => {
    const world = await startBuses();
    void world.events.publish(new Failed());
    await until('it is logged', () => world.logger.texts('error').length > 0);
    const plain = await startBuses({ options: { enabled: false } });
    void plain.events.publish(new Failed());
    await until('it is logged', () => plain.logger.texts('error').length > 0);
    expect(world.logger.texts('error')).toEqual(plain.logger.texts('error'));
  });
});
