import { Controller, Get, Inject, Injectable, UseInterceptors } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BackgroundTasks,
  GracefulShutdown,
  GracefulShutdownModule,
  InFlightInterceptor,
  InvalidOptionsError,
  OnGracefulShutdown,
  ReadinessHealthIndicator,
  StartupHealthIndicator,
  TrackInFlight,
} from 'nestjs-lifecycle';
import { lifecycleTestingProviders, startModule } from 'nestjs-lifecycle/testing';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { closeAfterTest } from '../support/http-app.js';
import { processListeners } from '../support/process-listeners.js';

@Controller()
@UseInterceptors(InFlightInterceptor)
class Orders {
  constructor(
    @Inject(GracefulShutdown) readonly shutdown: GracefulShutdown,
    @Inject(BackgroundTasks) readonly tasks: BackgroundTasks,
    @Inject(ReadinessHealthIndicator) readonly readiness: ReadinessHealthIndicator,
    @Inject(StartupHealthIndicator) readonly startup: StartupHealthIndicator,
  ) {}

  @Get()
  order(): Promise<string> {
    return this.shutdown.track('order', () => 'ordered');
  }
}

@Injectable()
class Invoices {
  readonly gate = new Gate();
  isFlushed = false;

  @TrackInFlight()
  async process(): Promise<string> {
    await this.gate.pass();
    return 'sent';
  }

  @OnGracefulShutdown()
  flush(): void {
    this.isFlushed = true;
  }
}

describe('lifecycleTestingProviders()', () => {
  const compile = () =>
    Test.createTestingModule({ controllers: [Orders], providers: lifecycleTestingProviders() }).compile();

  it('has what a controller with the interceptor needs, and serves it', async () => {
    const app = (await compile()).createNestApplication();
    closeAfterTest(app);
    await app.listen(0, '127.0.0.1');
    expect(await (await fetch(await app.getUrl())).text()).toBe('ordered');
    await app.close();
  });

  it('walks through a shutdown that is asked for, and ends no process', async () => {
    const before = processListeners();
    const orders = (await compile()).get(Orders);
    orders.shutdown.register('broken', () => Promise.reject(new Error('broken on purpose')));
    const report = await orders.shutdown.shutdown('over');
    expect(report).toMatchObject({ reason: 'over', outcome: 'failed', exitCode: 1 });
    expect(orders.shutdown.phase).toBe('stopped');
    expect(processListeners()).toEqual(before);
  });

  it('refuses options as the module does', () => {
    expect(() => lifecycleTestingProviders({ gracePeriod: 'soon' as '1s' })).toThrow(InvalidOptionsError);
  });
});

describe('startModule()', () => {
  it('sends a processor the signal, and reads the report', async () => {
    await using service = await startModule({ providers: [Invoices] });
    const invoices = service.app.get(Invoices);
    const processing = invoices.process();
    const ended = service.stop();
    await until('it drains', () => service.shutdown.phase === 'draining');
    expect(invoices.isFlushed).toBe(false);
    invoices.gate.open();
    expect(await processing).toBe('sent');
    expect(await ended).toMatchObject({
      exitCode: 0,
      report: { signal: 'SIGTERM', outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } },
    });
    expect(invoices.isFlushed).toBe(true);
  });

  it('says what was interrupted when the clock has moved that far', async () => {
    await using service = await startModule({ providers: [Invoices] }, { drainTimeout: '10s' });
    const invoices = service.app.get(Invoices);
    void invoices.process();
    const ended = service.stop('SIGINT');
    await service.clock.advance('10s');
    expect(await ended).toMatchObject({
      exitCode: 1,
      report: { signal: 'SIGINT', outcome: 'interrupted', requests: { interrupted: [{ name: 'Invoices.process' }] } },
    });
    invoices.gate.open();
  });

  it('takes a testing module with overridden providers', async () => {
    const double = { process: () => Promise.resolve('double') };
    const builder = Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()], providers: [Invoices] });
    await using service = await startModule(builder.overrideProvider(Invoices).useValue(double));
    expect(await service.app.get(Invoices).process()).toBe('double');
    expect(await service.stop()).toMatchObject({ exitCode: 0 });
  });
});
