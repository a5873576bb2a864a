import { Body, Controller, Get, Injectable, Post } from '@nestjs/common';
import {
  AggregateRoot,
  CommandBus,
  CommandHandler,
  CqrsModule,
  EventPublisher,
  EventsHandler,
  type ICommandHandler,
  type IEventHandler,
  type IQueryHandler,
  ofType,
  QueryBus,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { delay, map, type Observable } from 'rxjs';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get, post } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'CQRS: commands, queries, events of aggregates, sagas',
  kinds: HTTP,
  module: ({ journal }) => {
    class Pay {
      constructor(readonly amount: number) {}
    }
    class Thank {}
    class Total {}
    class Paid {
      constructor(readonly amount: number) {}
    }
    class Account extends AggregateRoot {
      balance = 0;

      pay(amount: number): void {
        this.balance += amount;
        this.apply(new Paid(amount));
      }
    }
    const account = new Account();
    @CommandHandler(Pay)
    class PayHandler implements ICommandHandler<Pay> {
      constructor(private readonly publisher: EventPublisher) {}

      async execute({ amount }: Pay): Promise<string> {
        const published = this.publisher.mergeObjectContext(account);
        published.pay(amount);
        published.commit();
        return 'paid';
      }
    }
    @CommandHandler(Thank)
    class ThankHandler implements ICommandHandler<Thank> {
      async execute(): Promise<void> {
        journal.note('thanked');
      }
    }
    @QueryHandler(Total)
    class TotalHandler implements IQueryHandler<Total> {
      async execute(): Promise<number> {
        return account.balance;
      }
    }
    @EventsHandler(Paid)
    class PaidHandler implements IEventHandler<Paid> {
      handle({ amount }: Paid): void {
        journal.note(`paid ${amount}`);
      }
    }
    @Injectable()
    class ThankingSaga {
      @Saga()
      thank = (events$: Observable<object>): Observable<Thank> =>
        events$.pipe(
          ofType(Paid),
          delay(1),
          map(() => new Thank()),
        );
    }
    @Controller('account')
    class AccountController {
      constructor(
        private readonly commands: CommandBus,
        private readonly queries: QueryBus,
      ) {}

      @Post()
      pay(@Body('amount') amount: number): Promise<string> {
        return this.commands.execute(new Pay(amount));
      }

      @Get()
      total(): Promise<number> {
        return this.queries.execute(new Total());
      }
    }
    return {
      imports: [CqrsModule.forRoot()],
      controllers: [AccountController],
      providers: [PayHandler, ThankHandler, TotalHandler, PaidHandler, ThankingSaga],
    };
  },
  exchanges: [
    post('/account', { amount: 5 }),
    exchange('what follows from it', ({ journal }) => journal.until('thanked')),
    get('/account'),
  ],
};
