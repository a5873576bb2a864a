import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { GracefulShutdown, OnGracefulShutdown, type TimedEvent } from 'nestjs-lifecycle';
import CircuitBreaker from 'opossum';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';

type Breaker = CircuitBreaker<[], string>;

const createBreaker = (): Breaker => {
  const breaker = new CircuitBreaker(async () => 'called', { name: 'payments' });
  breaker.fallback(() => 'fallback');
  return breaker;
};

let drains: Gate;
const said: string[] = [];

@Controller()
class PaymentsController {
  constructor(
    @Inject('BREAKER') private readonly breaker: Breaker,
    private readonly shutdown: GracefulShutdown,
  ) {}

  @Get('in-time')
  async inTime(): Promise<string> {
    await drains.pass();
    return this.breaker.fire();
  }

  @Get('late')
  async late(): Promise<string> {
    const { signal } = this.shutdown;
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return this.breaker.fire();
  }
}

@Injectable()
class Flusher {
  constructor(@Inject('BREAKER') private readonly breaker: Breaker) {}

  @OnGracefulShutdown(80)
  async flush(): Promise<void> {
    said.push(`hook: ${await this.breaker.fire()}`);
  }
}

describe.each(ADAPTERS)('a circuit breaker of opossum (%s)', (adapter) => {
  beforeEach(() => {
    drains = new Gate();
    said.length = 0;
  });

  const start = (breaker: Breaker, drainTimeout: '300ms' | '15s'): Promise<HttpApp> =>
    startHttpApp(adapter, {
      options: { drainTimeout },
      prepare: (app) => void app.enableShutdownHooks(),
      controllers: [PaymentsController],
      providers: [Flusher, { provide: 'BREAKER', useFactory: () => breaker }],
    });

  const inFlight = ({ shutdown }: HttpApp, count: number): Promise<void> =>
    until(`${count} are in flight`, () => shutdown.inFlight().handlers >= count);

  it('works in the drain, and for hooks, and is shut down behind them', async () => {
    const breaker = createBreaker();
    const app = await start(breaker, '15s');
    const answer = ask(app.url, '/in-time');
    await inFlight(app, 1);
    const closed = app.app.close();
    await until('it is shutting down', () => app.shutdown.isShuttingDown);
    drains.open();
    expect((await answer).body).toBe('called');
    await closed;
    expect(said).toEqual(['hook: called']);
    expect(breaker.isShutdown).toBe(true);
    expect(app.shutdown.report?.resources).toMatchObject([
      { name: 'opossum CircuitBreaker BREAKER', result: 'closed' },
    ]);
    expect(app.shutdown.report?.outcome).toBe('clean');
  });

  it('is open once the time of what is in flight is up, with its fallback, and closed again for hooks', async () => {
    const breaker = createBreaker();
    const app = await start(breaker, '300ms');
    const events: TimedEvent[] = [];
    app.shutdown.events$.subscribe((event) => events.push(event));
    const answer = ask(app.url, '/late');
    await inFlight(app, 1);
    const closed = app.app.close();
    expect((await answer).body).toBe('fallback');
    await closed;
    expect(events.filter(({ type }) => type === 'breakers-opened')).toMatchObject([
      { names: ['opossum CircuitBreaker BREAKER'] },
    ]);
    expect(said).toEqual(['hook: called']);
    expect(breaker.isShutdown).toBe(true);
  });

  it('that was open before, or protects nothing, is left as it is until then', async () => {
    const breaker = createBreaker();
    const disabled = createBreaker();
    breaker.open();
    disabled.disable();
    const app = await start(breaker, '300ms');
    app.shutdown.register('disabled', disabled);
    const events: TimedEvent[] = [];
    app.shutdown.events$.subscribe((event) => events.push(event));
    const answer = ask(app.url, '/late');
    await inFlight(app, 1);
    const closed = app.app.close();
    expect((await answer).body).toBe('fallback');
    await closed;
    expect(events.some(({ type }) => type === 'breakers-opened')).toBe(false);
    expect(said).toEqual(['hook: fallback']);
    expect([breaker.isShutdown, disabled.isShutdown]).toEqual([true, true]);
  });
});
