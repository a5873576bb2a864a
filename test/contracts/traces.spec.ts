import { Server, type ServerResponse } from 'node:http';
import { Controller, Get, type OnModuleDestroy } from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import { contextBase, node, tracing } from '@opentelemetry/sdk-node';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, startHttpApp } from '../support/http-app.js';
import { killAfterTest } from '../support/started-programs.js';

let gate: Gate;

@Controller()
class OrdersController {
  @Get('held')
  async held(): Promise<string> {
    await gate.pass();
    return 'held';
  }
}

class Database implements OnModuleDestroy {
  async onModuleDestroy(): Promise<void> {}
}

type Sent = tracing.ReadableSpan;

/** The real tracer provider of the process, which keeps what it sends, and whether it was sent before it was closed. */
function traced() {
  const sent: Sent[] = [];
  let isClosed = false;
  const exporter: tracing.SpanExporter = {
    export: (spans, done) => {
      if (!isClosed) sent.push(...spans);
      done({ code: 0 });
    },
    shutdown: async () => void (isClosed = true),
  };
  const provider = new node.NodeTracerProvider({ spanProcessors: [new tracing.BatchSpanProcessor(exporter)] });
  provider.register();
  killAfterTest({
    kill: async () => {
      await provider.shutdown();
      trace.disable();
      context.disable();
    },
  });
  const spans = (): Sent[] => sent;
  const one = (name: string): Sent => {
    const found = spans().filter((span) => span.name === name);
    expect(found.map((span) => span.name)).toEqual([name]);
    return found[0] as Sent;
  };
  /** The names of the spans that have this one as their parent, in the order in which they began. */
  const children = (name: string): string[] => {
    const { spanId } = one(name).spanContext();
    return spans()
      .filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId)
      .toSorted((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
      .map((span) => span.name);
  };
  return { provider, spans, one, children };
}

const start = (options: GracefulShutdownOptions = {}, adapter: (typeof ADAPTERS)[number] = 'express') =>
  startHttpApp(adapter, {
    options: { traces: true, ...options },
    controllers: [OrdersController],
    providers: [Database],
  });

/** As @opentelemetry/instrumentation-http does: what a server emits for a request runs in the context of its span. */
function instrumentHttp(): void {
  const before = Object.getOwnPropertyDescriptor(Server.prototype, 'emit');
  // Where it is not its own, a server has that of its class.
  const emit = Reflect.get(Server.prototype, 'emit') as (...args: unknown[]) => unknown;
  const instrumented = function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] !== 'request') return Reflect.apply(emit, this, args);
    const span = trace.getTracer('http').startSpan('GET');
    // What comes with that event.
    (args[2] as ServerResponse).once('close', () => span.end());
    const ofRequest = trace.setSpan(contextBase.ROOT_CONTEXT, span);
    return context.with(ofRequest, () => Reflect.apply(emit, this, args));
  };
  Object.defineProperty(Server.prototype, 'emit', { value: instrumented, configurable: true, writable: true });
  killAfterTest({
    kill: async () => {
      if (before === undefined) Reflect.deleteProperty(Server.prototype, 'emit');
      else Object.defineProperty(Server.prototype, 'emit', before);
    },
  });
}

beforeEach(() => {
  gate = new Gate();
});

describe.each(ADAPTERS)('the trace of a shutdown (%s)', (adapter) => {
  it('is a span with a child for each phase, hook and source of work, sent when close() returns', async () => {
    const { one, children, spans } = traced();
    const { app, url, shutdown } = await start({}, adapter);
    shutdown.register('leave the registry', () => undefined, { phase: 'draining' });
    shutdown.register('close the pool', () => trace.getTracer('pg').startSpan('quit').end());
    shutdown.register('tell', () => undefined, { phase: 'stopped' });
    const held = ask(url, '/held');
    await gate.reached();
    const closed = app.close();
    gate.open();
    await held;
    await closed;
    expect(children('shutdown')).toEqual(['phase lame-duck', 'phase draining', 'phase closing', 'phase stopped']);
    expect(children('phase draining')).toEqual(
      expect.arrayContaining(['hook leave the registry', 'source HTTP requests']),
    );
    expect(children('phase closing')).toEqual(['hook close the pool', 'hook Database.onModuleDestroy']);
    expect(children('phase stopped')).toEqual(['hook tell']);
    expect(children('hook close the pool')).toEqual(['quit']);
    expect(one('shutdown').attributes).toMatchObject({
      'shutdown.reason': 'app.close()',
      'shutdown.in_flight': 1,
      'shutdown.outcome': shutdown.report?.outcome,
      'shutdown.drained': 1,
    });
    expect(one('source HTTP requests').attributes).toMatchObject({ 'shutdown.drained': 1, 'shutdown.interrupted': 0 });
    expect(one('shutdown').status.code).toBe(0);
    expect(
      new Set(
        spans()
          .filter(({ name }) => name !== 'GET')
          .map((span) => span.spanContext().traceId),
      ).size,
    ).toBe(1);
  });

  it('is linked with what was in flight, in both directions', async () => {
    instrumentHttp();
    const { one } = traced();
    const { app, url } = await start({}, adapter);
    const held = ask(url, '/held');
    await gate.reached();
    const closed = app.close();
    gate.open();
    await held;
    await closed;
    const request = one('GET');
    const shutdown = one('shutdown');
    expect(shutdown.links).toMatchObject([
      { context: { spanId: request.spanContext().spanId }, attributes: { 'shutdown.link': 'in-flight' } },
    ]);
    expect(request.links).toMatchObject([
      { context: { spanId: shutdown.spanContext().spanId }, attributes: { 'shutdown.link': 'shutdown' } },
    ]);
  });
});

describe('the trace of a shutdown', () => {
  it('has what failed, with its status', async () => {
    const { one } = traced();
    const { app, shutdown } = await start();
    shutdown.register('close the pool', () => Promise.reject(new RangeError('on purpose')));
    await app.close();
    expect(one('hook close the pool')).toMatchObject({
      status: { code: 2, message: 'on purpose' },
      attributes: { 'shutdown.result': 'failed' },
      events: [
        { name: 'exception', attributes: { 'exception.type': 'RangeError', 'exception.message': 'on purpose' } },
      ],
    });
    expect(one('shutdown').status).toEqual({ code: 2, message: 'failed' });
  });

  it('has no secret, and no text without bounds', async () => {
    const { spans } = traced();
    process.env['STOCK_TOKEN'] = 'WpQ8-of-the-process';
    const { app, shutdown, url } = await start();
    await ask(url, { path: '/SECRET?key=SECRET', headers: { cookie: 'a=SECRET' } });
    shutdown.register(`amqp://user:SECRET@host/${'x'.repeat(5000)}`, () => undefined);
    shutdown.register('https://host/path?token=SECRET', () => undefined);
    shutdown.register('close', () =>
      Promise.reject(new Error('of https://user:SECRET@host, with WpQ8-of-the-process')),
    );
    await app.close();
    delete process.env['STOCK_TOKEN'];
    const text = JSON.stringify(
      spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
    expect(text).toContain('amqp://***@host');
    expect(text).not.toMatch(/SECRET|WpQ8/);
    expect(Math.max(...spans().map(({ name }) => name.length))).toBeLessThan(400);
  });

  it('ends when other code closes the provider, and a warning says so', async () => {
    const { one, children, provider } = traced();
    const { app, shutdown, logger } = await start();
    shutdown.register('close telemetry', () => provider.shutdown());
    await app.close();
    expect(one('shutdown').status.message).toBe('the tracer provider was closed before the shutdown was over');
    expect(children('shutdown')).toContain('phase closing');
    expect(logger.texts('warn')).toContainEqual(
      expect.stringContaining('tracer provider was closed before the shutdown'),
    );
    expect(Object.hasOwn(provider, 'shutdown')).toBe(false);
  });

  it('that no collector takes is told of, and the end is as it would be without', async () => {
    const { provider } = traced();
    provider.forceFlush = () => Promise.reject(new Error('on purpose'));
    const { app, shutdown, logger } = await start();
    await app.close();
    expect(logger.texts('warn')).toContainEqual('sending the trace failed: on purpose');
    expect(shutdown.report?.errors).toEqual([]);
  });

  it('that no collector ever answers for does not hold the end up', async () => {
    const { provider } = traced();
    provider.forceFlush = () => new Promise(() => undefined);
    const { app, logger } = await start({ gracePeriod: '2s' });
    await app.close();
    expect(logger.texts('warn')).toContainEqual(expect.stringMatching(/No collector has taken the spans within /));
  });

  it('of a tracer that throws is left out, and hooks run', async () => {
    const { provider } = traced();
    provider.getTracer = () => {
      throw new Error('on purpose');
    };
    const { app, shutdown } = await start();
    let hasRun = false;
    shutdown.register('close', () => void (hasRun = true));
    await app.close();
    expect(hasRun).toBe(true);
    expect(shutdown.report?.errors).toEqual([]);
  });

  it('is not made without the option, and where nothing traces', async () => {
    const { spans } = traced();
    const { app } = await start({ traces: false });
    await app.close();
    expect(spans()).toEqual([]);
    trace.disable();
    const { app: untraced, shutdown } = await start();
    await untraced.close();
    expect(shutdown.report?.errors).toEqual([]);
  });
});
