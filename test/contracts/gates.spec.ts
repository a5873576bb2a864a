import { Injectable } from '@nestjs/common';
import { type GracefulShutdownOptions, type ReadinessCheck, ReadinessGate } from 'nestjs-lifecycle';
import { turns, until } from '../support/event-loop.js';
import { ADAPTERS, ask, createHttpApp, type HttpApp, startHttpApp, urlOf } from '../support/http-app.js';

const options: GracefulShutdownOptions = { health: true, readiness: { cacheFor: 0 } };

async function ready({ url }: Pick<HttpApp, 'url'>): Promise<unknown> {
  const { status, body } = await ask(url, '/health/ready');
  const { details } = JSON.parse(body) as { details: { readiness: object } };
  return { code: status, ...details.readiness };
}

describe.each(ADAPTERS)('a readiness gate (%s)', (adapter) => {
  it('decides about readiness by what its check answers or throws, and says no more than its name', async () => {
    const service = await startHttpApp(adapter, { options });
    const check = jest.fn<unknown, []>();
    const gate = service.shutdown.readiness.addGate('orders-db', check);
    expect(await ready(service)).toEqual({ code: 200, status: 'up', gates: { 'orders-db': 'up' } });
    const down = { code: 503, status: 'down', gates: { 'orders-db': 'down' } };
    check.mockReturnValue(false);
    expect(await ready(service)).toEqual(down);
    check.mockReturnValue(true);
    expect(await ready(service)).toMatchObject({ code: 200 });
    check.mockImplementation(async () => {
      throw new Error('connect ECONNREFUSED db.internal:5432');
    });
    expect(await ready(service)).toEqual(down);
    const { body } = await ask(service.url, '/health/ready');
    expect(body).not.toContain('internal');
    expect(service.logger.texts('warn')).toContain(
      'readiness gate orders-db is down: connect ECONNREFUSED db.internal:5432',
    );
    gate();
    expect(await ready(service)).toEqual({ code: 200, status: 'up' });
  });

  it('may be an injectable, found by its decorator', async () => {
    @Injectable()
    @ReadinessGate({ name: 'stock', timeout: '1s' })
    class StockGate implements ReadinessCheck {
      isUp = true;

      check(): boolean {
        return this.isUp;
      }
    }
    @Injectable()
    @ReadinessGate()
    class PaymentsGate implements ReadinessCheck {
      check(): void {
        // Up unless it throws.
      }
    }
    const service = await startHttpApp(adapter, { options, providers: [StockGate, PaymentsGate] });
    await until('it is ready', () => service.shutdown.phase === 'ready');
    expect(await ready(service)).toEqual({ code: 200, status: 'up', gates: { stock: 'up', PaymentsGate: 'up' } });
    service.app.get(StockGate).isUp = false;
    expect(await ready(service)).toEqual({ code: 503, status: 'down', gates: { stock: 'down', PaymentsGate: 'up' } });
  });

  it('keeps the service starting until it has been up once', async () => {
    const { app, server, shutdown } = await createHttpApp(adapter, { options });
    let isUp = false;
    shutdown.readiness.addGate('cache', () => isUp);
    await app.listen(0, '127.0.0.1');
    const url = urlOf(server);
    await turns();
    expect(shutdown.phase).toBe('starting');
    expect(await ask(url, '/health/startup')).toMatchObject({ status: 503 });
    expect(await ask(url, '/health/live')).toMatchObject({ status: 200 });
    isUp = true;
    await until('it is ready', () => shutdown.phase === 'ready');
    expect(await ask(url, '/health/startup')).toMatchObject({ status: 200 });
    isUp = false;
    expect(await ask(url, '/health/ready')).toMatchObject({ status: 503 });
    expect(await ask(url, '/health/startup')).toMatchObject({ status: 200 });
  });

  it('is asked once per cacheFor', async () => {
    const service = await startHttpApp(adapter, { options });
    const check = jest.fn<unknown, []>();
    service.shutdown.readiness.addGate('cached', check, { cacheFor: '1h' });
    for (let probe = 0; probe < 3; probe += 1) expect(await ready(service)).toMatchObject({ code: 200 });
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('that hangs does not make the probe hang, nor is it asked again while it does', async () => {
    const service = await startHttpApp(adapter, { options });
    const signals: AbortSignal[] = [];
    const hang = ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    service.shutdown.readiness.addGate('slow-db', hang, { timeout: '20ms' });
    const down = { code: 503, status: 'down', gates: { 'slow-db': 'down' } };
    expect(await ready(service)).toEqual(down);
    expect(await ready(service)).toEqual(down);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(service.logger.texts('warn').filter((text) => text.includes('slow-db'))).toHaveLength(1);
  });

  it('is not asked any more once a shutdown has begun', async () => {
    const service = await startHttpApp(adapter, { options });
    const check = jest.fn<unknown, []>();
    service.shutdown.readiness.addGate('db', check);
    const closing = service.app.close();
    await until('it shuts down', () => service.shutdown.isShuttingDown);
    expect(await service.shutdown.readiness.check()).toEqual({ isReady: false, gates: {} });
    expect(check).not.toHaveBeenCalled();
    await closing;
  });

  it('cannot take the name of another, nor a timeout that is none', async () => {
    const { shutdown } = await startHttpApp(adapter, { options });
    shutdown.readiness.addGate('db', () => true);
    expect(() => shutdown.readiness.addGate('db', () => true)).toThrow("already is a readiness gate called 'db'");
    expect(() => shutdown.readiness.addGate('other', () => true, { timeout: -1 })).toThrow("Type timeout: '1s'");
  });
});
