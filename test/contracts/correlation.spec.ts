import { Controller, Get, Inject } from '@nestjs/common';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `traceparent: 00-${TRACE_ID}-00f067aa0ba902b7-01`;

@Controller()
class OrdersController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get('orders/:id')
  async order(): Promise<string> {
    await this.gate.pass();
    return 'order';
  }
}

async function startWorld(adapter: Adapter, options: GracefulShutdownOptions = {}): Promise<HttpApp & { gate: Gate }> {
  const gate = new Gate();
  const world = await startHttpApp(adapter, {
    options,
    controllers: [OrdersController],
    providers: [{ provide: Gate, useValue: gate }],
  });
  return { ...world, gate };
}

async function order({ url, gate }: HttpApp & { gate: Gate }, ...headers: string[]): Promise<RawClient> {
  const client = await RawClient.connect(url);
  const arrived = gate.arrivals + 1;
  client.ask('GET', '/orders/7?card=4111', ...headers);
  await gate.reached(arrived);
  return client;
}

const idsOf = ({ shutdown }: HttpApp): unknown[] => shutdown.inFlight().items.map((item) => item.correlationId);

describe.each(ADAPTERS)('the id that a request is known by elsewhere (%s)', (adapter) => {
  it('is its x-request-id, or else its trace id, or nothing', async () => {
    const world = await startWorld(adapter);
    await order(world, 'X-Request-Id: b7-c3');
    await order(world, TRACEPARENT);
    await order(world, 'X-Request-Id: b7-c4', TRACEPARENT);
    await order(world);
    expect(idsOf(world)).toEqual(['b7-c3', TRACE_ID, 'b7-c4', undefined]);
    world.gate.open();
  });

  it('stays with a handler whose client has gone', async () => {
    const world = await startWorld(adapter);
    const client = await order(world, 'X-Request-Id: b7-c3');
    client.abort();
    await until('the response is gone', () => world.shutdown.inFlight().responses === 0);
    expect(world.shutdown.inFlight().items).toMatchObject([{ name: 'GET /orders/:id', correlationId: 'b7-c3' }]);
    world.gate.open();
  });

  it('is what a function of the options says', async () => {
    const world = await startWorld(adapter, { correlationId: ({ headers }) => headers['x-amzn-trace-id']?.toString() });
    await order(world, 'X-Amzn-Trace-Id: Root=1-2', 'X-Request-Id: b7-c3');
    expect(idsOf(world)).toEqual(['Root=1-2']);
    world.gate.open();
  });

  it('is warned about once when that function throws, and everything else goes on', async () => {
    const world = await startWorld(adapter, {
      correlationId: () => {
        throw new Error('no tenant');
      },
    });
    const clients = [await order(world), await order(world)];
    expect(idsOf(world)).toEqual([undefined, undefined]);
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    world.gate.open();
    for (const client of clients) await client.until(/200 [^]*order$/);
    await closing;
    const warnings = world.logger.texts('warn').filter((text) => text.includes('correlationId'));
    expect(warnings).toEqual(['correlationId() of the options failed: no tenant']);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', errors: [], requests: { drained: 2 } });
  });

  it('is in the progress log, in what is said to be interrupted, and in the report', async () => {
    const world = await startWorld(adapter, { drainTimeout: '1500ms' });
    await order(world, 'X-Request-Id: b7-c3');
    await order(world);
    const closing = world.app.close();
    await until('progress is told', () =>
      world.logger.texts('log').some((text) => text.startsWith('draining: waiting')),
    );
    const progress = world.logger.texts('log').find((text) => text.startsWith('draining: waiting'));
    expect(progress).toMatch(/GET \/orders\/:id \(b7-c3\), GET \/orders\/:id$/);
    const interrupting = (): string | undefined =>
      world.logger.texts('warn').find((text) => text.includes('interrupting'));
    await until('the time is up', () => interrupting() !== undefined);
    expect(interrupting()).toMatch(/interrupting 2: GET \/orders\/:id \(b7-c3\) after .*, GET \/orders\/:id after/);
    world.gate.open();
    await closing;
    expect(world.shutdown.report?.requests.interrupted).toMatchObject([
      { name: 'GET /orders/:id', correlationId: 'b7-c3' },
      { name: 'GET /orders/:id' },
    ]);
    expect(JSON.stringify([world.logger.lines, world.shutdown.report])).not.toContain('4111');
  });
});
