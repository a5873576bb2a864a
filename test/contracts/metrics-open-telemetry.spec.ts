import { Server } from 'node:http';
import { Controller, Get } from '@nestjs/common';
import { metrics as api } from '@opentelemetry/api';
import { metrics } from '@opentelemetry/sdk-node';
import type { GracefulShutdownOptions, MetricsOptions } from 'nestjs-lifecycle';
import { BUCKETS, INSTRUMENTS, type Instrument } from '../../libs/lifecycle/src/metrics/instruments.js';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, createHttpApp, type HttpApp, startHttpApp } from '../support/http-app.js';
import { killAfterTest } from '../support/started-programs.js';

let gate: Gate;

@Controller()
class OrdersController {
  @Get('orders/:id')
  one(): string {
    return 'an order';
  }

  @Get('held')
  async held(): Promise<string> {
    await gate.pass();
    return 'held';
  }
}

/** A meter provider of the SDK for the whole process, that keeps what it sends. */
class Sent {
  readonly exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  readonly provider: metrics.MeterProvider;

  constructor() {
    // It sends when it is told to.
    const reader = new metrics.PeriodicExportingMetricReader({
      exporter: this.exporter,
      exportIntervalMillis: 600_000,
    });
    this.provider = new metrics.MeterProvider({ readers: [reader] });
    beTheProvider(this.provider);
    killAfterTest({ kill: () => this.provider.shutdown() });
  }

  /** The instruments as they were sent last, by name. */
  get last(): ReadonlyMap<string, metrics.MetricData> {
    const [scope] = this.exporter.getMetrics().at(-1)?.scopeMetrics ?? [];
    return new Map(scope?.metrics.map((metric) => [metric.descriptor.name, metric]));
  }

  async now(): Promise<ReadonlyMap<string, metrics.MetricData>> {
    await this.provider.forceFlush();
    return this.last;
  }

  get text(): string {
    return JSON.stringify(this.exporter.getMetrics());
  }
}

function beTheProvider(provider: Parameters<typeof api.setGlobalMeterProvider>[0]): void {
  expect(api.setGlobalMeterProvider(provider)).toBe(true);
  killAfterTest({ kill: async () => api.disable() });
}

/** The value of an instrument whose attributes are these. */
function valueOf(
  sent: ReadonlyMap<string, metrics.MetricData>,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): unknown {
  const points = sent.get(name)?.dataPoints ?? [];
  const wanted = JSON.stringify(attributes);
  const found: { readonly value: unknown } | undefined = points.find(
    (point) => JSON.stringify(point.attributes) === wanted,
  );
  return found?.value;
}

/** Wraps `emit` of HTTP servers, and marks that as @opentelemetry/instrumentation does. */
function wrapEmit() {
  const before = Object.getOwnPropertyDescriptor(Server.prototype, 'emit');
  const emit: unknown = Reflect.get(Server.prototype, 'emit');
  if (typeof emit !== 'function') throw new TypeError('a server cannot emit');
  const wrapped = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(emit, this, args);
  };
  const value = Object.assign(wrapped, { __wrapped: true });
  Object.defineProperty(Server.prototype, 'emit', { value, configurable: true, writable: true });
  return {
    kill: async () => {
      if (before === undefined) Reflect.deleteProperty(Server.prototype, 'emit');
      else Object.defineProperty(Server.prototype, 'emit', before);
    },
  };
}

const ofOrders = (statusClass: string): Readonly<Record<string, string>> => ({
  'http.request.method': 'GET',
  'http.route': '/orders/:id',
  'http.response.status_class': statusClass,
});

const start = (metricsOption: MetricsOptions = {}, more: GracefulShutdownOptions = {}): Promise<HttpApp> =>
  startHttpApp('express', {
    options: { metrics: { openTelemetry: true, ...metricsOption }, ...more },
    controllers: [OrdersController],
  });

beforeEach(() => {
  gate = new Gate();
});

describe.each(ADAPTERS)('metrics of OpenTelemetry (%s)', (adapter) => {
  it('have the names, kinds, units and texts of the list, and the values that were measured', async () => {
    const sent = new Sent();
    const { app, url, shutdown } = await startHttpApp(adapter, {
      options: { metrics: { openTelemetry: true } },
      controllers: [OrdersController],
    });
    shutdown.register('close the pool', () => undefined);
    await ask(url, '/orders/1');
    await ask(url, '/orders/2');
    const held = ask(url, '/held');
    await gate.reached();
    const serving = await sent.now();
    expect(valueOf(serving, 'http.server.requests', ofOrders('2xx'))).toBe(2);
    expect(valueOf(serving, 'http.server.request.duration', ofOrders('2xx'))).toMatchObject({ count: 2 });
    expect(valueOf(serving, 'in_flight.requests', { kind: 'response' })).toBe(1);
    expect(valueOf(serving, 'shutdown.phase', { phase: 'ready' })).toBe(1);
    expect(valueOf(serving, 'shutdown.outcome', { outcome: 'clean' })).toBe(0);
    expect(valueOf(serving, 'startup.duration')).toBeGreaterThan(0);
    gate.open();
    await held;
    await app.close();
    const { last } = sent;
    // Sent before close() has returned, without anything that is asked for here.
    expect(valueOf(last, 'shutdown.outcome', { outcome: 'clean' })).toBe(1);
    expect(
      valueOf(last, 'shutdown.hook.duration', { hook: 'close the pool', phase: 'closing', result: 'done' }),
    ).toEqual(expect.any(Number));
    expect(valueOf(last, 'in_flight.requests', { kind: 'response' })).toBe(0);
    const list: Instrument[] = Object.values(INSTRUMENTS);
    const known = new Map(list.map((instrument) => [instrument.name, instrument]));
    for (const { descriptor, dataPointType, dataPoints } of last.values()) {
      const { unit, help, type, labels } = known.get(descriptor.name) ?? { labels: [] };
      expect(descriptor).toMatchObject({ unit, description: help });
      const kind = { [metrics.DataPointType.HISTOGRAM]: 'histogram', [metrics.DataPointType.SUM]: 'counter' };
      expect(Reflect.get(kind, dataPointType) ?? 'gauge').toBe(type);
      for (const { attributes } of dataPoints) {
        expect(Object.keys(attributes)).toEqual(labels.map(({ name, attribute = name }) => attribute));
      }
    }
    const measured = ['http.server.requests', 'http.server.request.duration', 'shutdown.outcome', 'shutdown.duration'];
    expect([...last.keys()]).toEqual(expect.arrayContaining(measured));
  });
});

describe('metrics of OpenTelemetry', () => {
  it('have the bounds of the list in their histograms', async () => {
    const sent = new Sent();
    const { url } = await start();
    await ask(url, '/orders/1');
    expect(valueOf(await sent.now(), 'http.server.request.duration', ofOrders('2xx'))).toMatchObject({
      buckets: { boundaries: BUCKETS },
    });
  });

  it('have no secret that a client sends', async () => {
    const sent = new Sent();
    const { url, app } = await start();
    const headers = { authorization: 'Bearer SECRET', 'x-request-id': 'SECRET', cookie: 'SECRET=SECRET' };
    for (const path of ['/orders/SECRET', '/SECRET', '/orders/1?token=SECRET']) await ask(url, { path, headers });
    await app.close();
    expect(sent.text).toContain('/orders/:id');
    expect(sent.text).not.toContain('SECRET');
  });

  it('leave out requests where the application does not want them', async () => {
    const sent = new Sent();
    const { url } = await start({ requests: false });
    await ask(url, '/orders/1');
    const found = [...(await sent.now()).keys()];
    expect(found).toContain('shutdown.phase');
    expect(found.filter((name) => name.startsWith('http.'))).toEqual([]);
  });

  it('leave out requests where the instrumentation of HTTP measures them, and Prometheus has them all the same', async () => {
    const sent = new Sent();
    killAfterTest(wrapEmit());
    const app = await start({}, { probePort: 0 });
    await ask(app.url, '/orders/1');
    const found = [...(await sent.now()).keys()];
    expect(found).toContain('shutdown.phase');
    expect(found.filter((name) => name.startsWith('http.'))).toEqual([]);
    const probes = app.logger.texts('log').find((one) => one.startsWith('probes on port'));
    const { body } = await ask(`http://127.0.0.1:${probes?.split(' ').at(-1)}`, '/metrics');
    expect(body).toContain('http_server_requests_total{');
  });

  it('add up over the applications of a process, and begin anew with the next one', async () => {
    const sent = new Sent();
    const both = [await start(), await start()];
    for (const { url } of both) await ask(url, '/orders/1');
    const count = async (): Promise<unknown> => valueOf(await sent.now(), 'http.server.requests', ofOrders('2xx'));
    expect(await count()).toBe(2);
    for (const { app } of both) await app.close();
    expect(valueOf(sent.last, 'shutdown.outcome', { outcome: 'clean' })).toBe(2);
    const next = await start();
    await ask(next.url, '/orders/1');
    expect(await count()).toBe(1);
    expect(valueOf(sent.last, 'shutdown.phase', { phase: 'ready' })).toBe(1);
    expect(valueOf(sent.last, 'shutdown.phase', { phase: 'stopped' })).toBe(0);
  });

  it('have the outcome of an application that was never ready', async () => {
    const sent = new Sent();
    const { app, shutdown } = await createHttpApp('express', { options: { metrics: { openTelemetry: true } } });
    await app.init();
    expect(shutdown.phase).toBe('starting');
    await app.close();
    expect(valueOf(sent.last, 'shutdown.outcome', { outcome: 'clean' })).toBe(1);
  });

  it('are nothing where there is no provider, and that is no trouble', async () => {
    const { app, logger, shutdown } = await start();
    await app.close();
    expect(logger.texts('warn').filter((line) => /metric|telemetry/i.test(line))).toEqual([]);
    expect(shutdown.report?.outcome).toBe('clean');
  });

  it('that no collector takes are told of, and the end is clean', async () => {
    const provider = new metrics.MeterProvider();
    beTheProvider(Object.assign(provider, { forceFlush: () => Promise.reject(new Error('on purpose')) }));
    const { app, logger, shutdown } = await start();
    await app.close();
    expect(logger.texts('warn')).toContainEqual('sending the final metrics failed: on purpose');
    expect(shutdown.report?.outcome).toBe('clean');
  });

  it('that no collector ever answers for do not hold the end up', async () => {
    const provider = new metrics.MeterProvider();
    beTheProvider(Object.assign(provider, { forceFlush: () => new Promise(() => undefined) }));
    const { app, logger } = await start({}, { gracePeriod: '3s' });
    await app.close();
    expect(logger.texts('warn')).toContainEqual(
      expect.stringMatching(/^sending the final metrics failed: No collector has taken the metrics within /),
    );
  });

  it('of a provider that throws are left out, and the service serves', async () => {
    beTheProvider({
      getMeter: () => {
        throw new Error('on purpose');
      },
    });
    const { app, url, logger, shutdown } = await start();
    expect(await ask(url, '/orders/1')).toMatchObject({ status: 200 });
    await app.close();
    expect(logger.texts('warn')).toContainEqual('OpenTelemetry metrics failed: on purpose');
    expect(shutdown.report?.outcome).toBe('clean');
  });

  it('whose values cannot be recorded cost the service nothing', async () => {
    const provider = new metrics.MeterProvider();
    const getMeter = provider.getMeter.bind(provider);
    const record = (): never => {
      throw new Error('on purpose');
    };
    beTheProvider({ getMeter: (name) => Object.assign(getMeter(name), { createHistogram: () => ({ record }) }) });
    const { app, url, logger, shutdown } = await start();
    for (const path of ['/orders/1', '/orders/2']) expect(await ask(url, path)).toMatchObject({ status: 200 });
    await app.close();
    expect(logger.texts('warn').filter((line) => line.includes('on purpose'))).toEqual([
      'recording a metric failed: on purpose',
    ]);
    expect(shutdown.report?.outcome).toBe('clean');
  });
});
