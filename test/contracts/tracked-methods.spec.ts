import { Controller, Get, Inject, Injectable, Module, type OnModuleInit, Scope } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { GracefulShutdown, GracefulShutdownModule, TrackInFlight } from 'nestjs-lifecycle';
import { startApp } from '../support/app-kinds.js';
import { until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, startHttpApp } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

let gate = new Gate();

@Injectable()
class Sweeper implements OnModuleInit {
  ended: Promise<void> = Promise.resolve();

  onModuleInit(): void {
    this.ended = this.sweep();
  }

  @Cron('0 0 1 1 *')
  @TrackInFlight('the sweep')
  sweep(): Promise<void> {
    return gate.pass();
  }
}

/** One for each request. */
@Injectable({ scope: Scope.REQUEST })
class Mailer {
  @TrackInFlight()
  async send(): Promise<string> {
    await gate.pass();
    return 'sent';
  }
}

@Controller()
class Orders {
  constructor(@Inject(Mailer) private readonly mailer: Mailer) {}

  @Get()
  order(): string {
    void this.mailer.send();
    return 'ordered';
  }
}

beforeEach(() => {
  gate = new Gate();
});

describe('@TrackInFlight()', () => {
  it('makes the drain wait for a call, from the first onModuleInit on, and nothing of it is unseen', async () => {
    @Module({ imports: [GracefulShutdownModule.forRoot()], providers: [Sweeper] })
    class Root {}
    const { app } = await startApp('context', Root, new RecordingLogger());
    const shutdown = app.get(GracefulShutdown);
    expect(shutdown.inFlight()).toMatchObject({ tasks: 1, items: [{ kind: 'task', name: 'the sweep' }] });
    const closing = app.close();
    const close = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    expect(close.isSettled).toBe(false);
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', unseen: [], requests: { drained: 1 } });
    // The application is over: nothing counts any more.
    await app.get(Sweeper).sweep();
    expect(shutdown.inFlight().total).toBe(0);
  });

  it.each(ADAPTERS)('counts calls on request-scoped providers (%s)', async (adapter) => {
    const other = await startHttpApp(adapter, {});
    const service = await startHttpApp(adapter, { controllers: [Orders], providers: [Mailer] });
    expect((await ask(service.url, '/')).status).toBe(200);
    await until('the answer is over', () => service.shutdown.inFlight().responses === 0);
    expect(service.shutdown.inFlight()).toMatchObject({ total: 1, items: [{ name: 'Mailer.send' }] });
    expect(other.shutdown.inFlight().total).toBe(0);
    const closing = service.app.close();
    await until('it drains', () => service.shutdown.phase === 'draining');
    gate.open();
    await closing;
    expect(service.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });
});
