import { ConsoleLogger, Injectable, Module } from '@nestjs/common';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import {
  type GracefulShutdownOptions,
  LivenessHealthIndicator,
  OnGracefulShutdown,
  ReadinessHealthIndicator,
} from 'nestjs-lifecycle';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';
import { StockIndicator } from '../support/stock-indicator.js';
import { TerminusController } from '../support/terminus.controller.js';

interface Probe {
  readonly status: number | undefined;
  readonly body: unknown;
}

async function startService(
  adapter: Adapter,
  options: GracefulShutdownOptions = {},
  terminus: Parameters<typeof TerminusModule.forRoot>[0] = { logger: false },
) {
  const gate = new Gate();
  @Injectable()
  class Hold {
    @OnGracefulShutdown({ phase: 'lame-duck' })
    hold(): Promise<void> {
      return gate.pass();
    }
  }
  const world = await startHttpApp(adapter, {
    imports: [TerminusModule.forRoot(terminus)],
    controllers: [TerminusController],
    providers: [StockIndicator, Hold],
    options,
  });
  return { ...world, gate };
}

async function probe({ url }: HttpApp, name: string): Promise<Probe> {
  const { status, body } = await ask(url, `/health/${name}`);
  return { status, body: JSON.parse(body) as unknown };
}

const up = { status: 'up' };
const down = { status: 'down' };

describe.each(ADAPTERS)('our indicators in a controller with Terminus (%s)', (adapter) => {
  it('are up beside custom ones while the service is ready', async () => {
    const service = await startService(adapter);
    const details = { readiness: up, stock: { ...up, left: 3 } };
    expect(await probe(service, 'ready')).toEqual({
      status: 200,
      body: { status: 'ok', info: details, error: {}, details },
    });
    expect(await probe(service, 'live')).toMatchObject({ status: 200, body: { details: { liveness: up } } });
    expect(await probe(service, 'startup')).toMatchObject({
      status: 200,
      body: { details: { boot: up, traffic: up } },
    });
    service.gate.open();
  });

  it('leave a custom one its own verdict', async () => {
    const service = await startService(adapter);
    service.app.get(StockIndicator).isInStock = false;
    expect(await probe(service, 'ready')).toMatchObject({
      status: 503,
      body: { status: 'error', info: { readiness: up }, error: { stock: down } },
    });
    service.gate.open();
  });

  it('turn readiness in the tick a shutdown begins, and liveness and startup never', async () => {
    const service = await startService(adapter);
    const readiness = service.app.get(ReadinessHealthIndicator);
    const liveness = service.app.get(LivenessHealthIndicator);
    const seen: unknown[] = [];
    service.shutdown.phase$.subscribe((phase) => {
      // The verdict of this very tick; a later one would be no news.
      if (phase === 'lame-duck') seen.push(readiness.isAcceptingTraffic(), liveness.isAlive());
    });
    const closing = service.app.close();
    await service.gate.reached();
    expect(await Promise.all(seen)).toEqual([{ readiness: down }, { liveness: up }]);
    expect(await probe(service, 'ready')).toMatchObject({
      status: 503,
      body: { status: 'error', info: { stock: up }, error: { readiness: down } },
    });
    expect(await probe(service, 'live')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { liveness: up } },
    });
    expect(await probe(service, 'startup')).toMatchObject({ body: { info: { boot: up }, error: { traffic: down } } });
    service.gate.open();
    await closing;
  });

  it("stay green during a shutdown with readiness: { onShutdown: 'pass' }", async () => {
    const service = await startService(adapter, { readiness: { onShutdown: 'pass' } });
    const closing = service.app.close();
    await service.gate.reached();
    expect(await probe(service, 'ready')).toMatchObject({ status: 200, body: { details: { readiness: up } } });
    service.gate.open();
    await closing;
  });
});

/** What Terminus has written. It keeps private fields, as loggers of applications do. */
const written: string[] = [];
@Injectable()
class ChecksLogger extends ConsoleLogger {
  readonly #lines = written;

  // Nest 12.0 cannot inject the parameters of a ConsoleLogger.
  constructor() {
    super('checks');
  }

  override error(message: unknown): void {
    this.#lines.push(String(message));
  }
}

function areSame(values: readonly unknown[], others: readonly unknown[]): boolean {
  return values.length === others.length && values.every((value, index) => value === others[index]);
}

describe.each(ADAPTERS)('the errors that Terminus writes for checks that fail (%s)', (adapter) => {
  beforeEach(() => void written.splice(0));
  const start = () => startService(adapter, {}, { logger: ChecksLogger });

  it('are left out while the service stops, where readiness alone is down', async () => {
    const service = await start();
    const closing = service.app.close();
    await service.gate.reached();
    expect(await probe(service, 'ready')).toMatchObject({ status: 503, body: { error: { readiness: down } } });
    expect(await probe(service, 'startup')).toMatchObject({ status: 503, body: { error: { traffic: down } } });
    expect(written).toEqual([]);
    service.gate.open();
    await closing;
  });

  it('are written while the service stops, where anything else is down', async () => {
    const service = await start();
    service.app.get(StockIndicator).isInStock = false;
    const closing = service.app.close();
    await service.gate.reached();
    expect(await probe(service, 'ready')).toMatchObject({
      status: 503,
      body: { error: { readiness: down, stock: down } },
    });
    expect(written).toEqual([expect.stringContaining('stock') as string]);
    service.gate.open();
    await closing;
  });

  it('are written before the shutdown, and Terminus is as it was after it', async () => {
    const service = await start();
    service.app.get(StockIndicator).isInStock = false;
    expect(await probe(service, 'ready')).toMatchObject({ status: 503, body: { error: { stock: down } } });
    expect(written).toEqual([expect.stringContaining('stock') as string]);
    const checks = service.app.get(HealthCheckService);
    const before = Object.values(checks) as unknown[];
    const closing = service.app.close();
    await service.gate.reached();
    expect(areSame(Object.values(checks), before)).toBe(false);
    service.gate.open();
    await closing;
    expect(areSame(Object.values(checks), before)).toBe(true);
  });

  it('are written for a gate that is down before the shutdown', async () => {
    const service = await start();
    service.shutdown.readiness.addGate('database', () => false);
    expect(await probe(service, 'ready')).toMatchObject({ status: 503, body: { error: { readiness: down } } });
    expect(written).toEqual([expect.stringContaining('readiness') as string]);
    service.gate.open();
  });
});

describe("Terminus' own shutdown delay beside ours", () => {
  const warnings = async (terminus: Parameters<typeof TerminusModule.forRoot>[0]): Promise<string[]> => {
    @Module({ imports: [TerminusModule.forRoot({ logger: false, ...terminus })] })
    class FeatureModule {}
    const { logger } = await startHttpApp('express', { imports: [FeatureModule] });
    return logger.texts('warn').filter((text) => text.includes('gracefulShutdownTimeoutMs'));
  };

  it('is warned about, with what to type', async () => {
    expect(await warnings({ gracefulShutdownTimeoutMs: 50 })).toEqual([
      expect.stringMatching(/gracefulShutdownTimeoutMs \(50 ms\).*Remove it.*type lameDuck: '5s'/) as string,
    ]);
  });

  it('is no matter when it is not set, or 0', async () => {
    expect(await warnings({})).toEqual([]);
    expect(await warnings({ gracefulShutdownTimeoutMs: 0 })).toEqual([]);
  });
});
