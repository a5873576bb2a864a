import { type CanActivate, Injectable, Module, UnauthorizedException } from '@nestjs/common';
import {
  DetailedHealthModule,
  GracefulShutdown,
  type GracefulShutdownOptions,
  HealthComponent,
  type HealthComponentCheck,
  LifecycleError,
  type TimedEvent,
} from 'nestjs-lifecycle';
import { replaceClock } from '../../libs/lifecycle/src/deadline/clock.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';
import { ManualClock } from '../support/manual-clock.js';
import { healthSchema, schemaProblems } from '../support/report-schema.js';

const SECRET = 'hunter2-and-more';

@Injectable()
class Keys {
  readonly admin = 'Bearer admin';
}

@Module({ providers: [Keys], exports: [Keys] })
class KeysModule {}

@Injectable()
class AdminGuard implements CanActivate {
  constructor(private readonly keys: Keys) {}

  canActivate(context: { switchToHttp(): { getRequest(): { headers: { authorization?: string } } } }): boolean {
    if (context.switchToHttp().getRequest().headers.authorization !== this.keys.admin)
      throw new UnauthorizedException();
    return true;
  }
}

@Injectable()
@HealthComponent({ name: 'database', timeout: '500ms' })
class DatabaseHealth implements HealthComponentCheck {
  isUp = true;

  check(): boolean {
    if (this.isUp) return true;
    throw new Error(`no route to postgres://orders:${SECRET}@db`);
  }
}

@Injectable()
class BrokenHealth {}
// As untyped code may do it.
Reflect.apply(HealthComponent(), undefined, [BrokenHealth]);

const probeUrlOf = ({ logger }: HttpApp): string =>
  `http://127.0.0.1:${logger
    .texts('log')
    .find((line) => line.startsWith('probes on port'))
    ?.split(' ')
    .at(-1)}`;

describe.each(ADAPTERS)('the health monitor (%s)', (adapter: Adapter) => {
  let clock: ManualClock;
  let restoreClock: () => void;
  let started: HttpApp[];

  beforeEach(() => {
    clock = new ManualClock();
    restoreClock = replaceClock(clock);
    started = [];
  });

  afterEach(async () => {
    for (const app of started) await close(app);
    restoreClock();
  });

  async function start(options: GracefulShutdownOptions, parts: HttpAppParts = {}): Promise<HttpApp> {
    const app = await startHttpApp(adapter, {
      prepare: (created) => void created.enableShutdownHooks(),
      ...parts,
      options: { health: true, readiness: { cacheFor: 0 }, ...options },
    });
    started.push(app);
    return app;
  }

  /** The clock has to move while an application closes. */
  async function close({ app }: HttpApp): Promise<void> {
    const state = { isClosed: false };
    void app.close().then(() => (state.isClosed = true));
    while (!state.isClosed) await clock.advance(50);
  }

  const page = () =>
    DetailedHealthModule.register({ guards: [AdminGuard], imports: [KeysModule], path: 'internal/health' });

  it('shows its page on the probe port, and behind a guard of the application, and nowhere else', async () => {
    const app = await start({ probePort: 0, healthMonitor: true }, { providers: [DatabaseHealth], imports: [page()] });
    await clock.advance(0);
    const onProbePort = await ask(probeUrlOf(app), '/health/detailed');
    expect([onProbePort.status, onProbePort.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const body = JSON.parse(onProbePort.body) as object;
    expect(schemaProblems(body, healthSchema, 'health')).toEqual([]);
    expect(body).toMatchObject({
      status: 'up',
      phase: 'ready',
      components: [{ name: 'database', status: 'up', checks: 1 }],
    });
    expect((await ask(app.url, '/health/detailed')).status).toBe(404);
    expect((await ask(app.url, '/internal/health')).status).toBe(401);
    const headers = { authorization: 'Bearer admin' };
    const guarded = await ask(app.url, { path: '/internal/health', headers });
    expect([guarded.status, guarded.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(schemaProblems(JSON.parse(guarded.body), healthSchema, 'health')).toEqual([]);
  });

  it('has no page on the probe port where it is off, and calls no check', async () => {
    const app = await start({ probePort: 0 }, { providers: [DatabaseHealth, BrokenHealth] });
    await clock.advance(60_000);
    expect((await ask(probeUrlOf(app), '/health/detailed')).status).toBe(404);
    expect(app.shutdown.detailedHealth()).toMatchObject({
      status: 'unknown',
      components: [],
      monitor: { isOn: false },
    });
  });

  it('sheds readiness at a score, says so in the answer and the log, and takes it back', async () => {
    const app = await start(
      { healthMonitor: { shed: true }, healthCheckInterval: '10s' },
      { providers: [DatabaseHealth] },
    );
    const events: TimedEvent[] = [];
    app.shutdown.events$.subscribe((event) => events.push(event));
    const database = app.app.get(DatabaseHealth);
    const ready = async (): Promise<unknown> => {
      const { status, body } = await ask(app.url, '/health/ready');
      const { details } = JSON.parse(body) as { details: { readiness: { gates: object } } };
      return [status, details.readiness.gates];
    };
    await clock.advance(50_000);
    expect(await ready()).toEqual([200, { 'health-score': 'up' }]);
    database.isUp = false;
    await clock.advance(40_000);
    expect(await ready()).toEqual([200, { 'health-score': 'up' }]);
    await clock.advance(10_000);
    expect(await ready()).toEqual([503, { 'health-score': 'down' }]);
    expect((await ask(app.url, '/health/live')).status).toBe(200);
    database.isUp = true;
    await clock.advance(60_000);
    expect(await ready()).toEqual([200, { 'health-score': 'up' }]);
    expect(events.map(({ type }) => type)).toEqual([
      'health-alert-raised',
      'readiness-shed',
      'health-alert-cleared',
      'readiness-restored',
    ]);
    expect(app.logger.texts('warn')).toEqual([
      'health of database: score 0.6 is below 0.8, 2 of the last 5 checks failed: no route to postgres://***@db',
      'not ready (health-score): the score was below 0.5 in 3 rounds in a row, 0 in the last',
    ]);
    expect(JSON.stringify([events, app.logger.texts('warn'), app.shutdown.detailedHealth()])).not.toContain(SECRET);
  });

  it('stops when the shutdown begins', async () => {
    let calls = 0;
    const app = await start({ healthMonitor: true, healthCheckInterval: '10s' });
    app.shutdown.monitor.add('cache', () => void (calls += 1));
    await clock.advance(10_000);
    const before = calls;
    await close(app);
    await clock.advance(60_000);
    expect([before > 0, calls]).toEqual([true, before]);
    expect(app.shutdown.detailedHealth()).toMatchObject({ monitor: { isStopped: true }, phase: 'stopped' });
  });

  it('fails the boot where a component has no check, and where the page has no guard', async () => {
    await expect(start({ healthMonitor: true }, { providers: [BrokenHealth] })).rejects.toThrow(
      'BrokenHealth is marked with @HealthComponent() but has no method check().',
    );
    expect(() => DetailedHealthModule.register({ guards: [] })).toThrow(LifecycleError);
    expect(() => DetailedHealthModule.register({} as never)).toThrow('was given no guard');
  });

  it('can be asked through any provider', async () => {
    @Injectable()
    class Status {
      constructor(readonly shutdown: GracefulShutdown) {}
    }
    const app = await start({ healthMonitor: true }, { providers: [DatabaseHealth, Status] });
    await clock.advance(0);
    expect(app.app.get(Status).shutdown.detailedHealth().components).toHaveLength(1);
  });
});
