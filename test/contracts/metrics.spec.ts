import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Controller, Get, HttpException, Param, Post } from '@nestjs/common';
import type { GracefulShutdownOptions, MetricsOptions } from 'nestjs-lifecycle';
import { filter, firstValueFrom } from 'rxjs';
import { Gate } from '../support/gate.js';
import { ADAPTERS, ask, type HttpApp, startHttpApp, urlOf } from '../support/http-app.js';
import { killAfterTest } from '../support/started-programs.js';
import { startWorker } from '../support/worker-app.js';

let gate: Gate;

@Controller()
class OrdersController {
  @Get('orders/:id')
  one(@Param('id') id: string): string {
    return id;
  }

  @Post('orders')
  refuse(): never {
    throw new HttpException('no', 422);
  }

  @Get('held')
  async held(): Promise<string> {
    await gate.pass();
    return 'held';
  }
}

const probeUrlOf = ({ logger }: HttpApp): string => {
  const line = logger.texts('log').find((one) => one.startsWith('probes on port'));
  return `http://127.0.0.1:${line?.split(' ').at(-1)}`;
};

/** What a scrape says, by series. */
async function scrape(app: HttpApp): Promise<ReadonlyMap<string, number>> {
  const { status, headers, body } = await ask(probeUrlOf(app), '/metrics');
  expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
  return seriesOf(body);
}

function seriesOf(body: string): ReadonlyMap<string, number> {
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

const start = (
  adapter: (typeof ADAPTERS)[number],
  metrics: boolean | MetricsOptions,
  more: GracefulShutdownOptions = {},
) => startHttpApp(adapter, { options: { probePort: 0, metrics, ...more }, controllers: [OrdersController] });

beforeEach(() => {
  gate = new Gate();
});

describe.each(ADAPTERS)('metrics on the probe port (%s)', (adapter) => {
  it('count and time requests by method, route and status class, without probes', async () => {
    const app = await start(adapter, true, { health: true });
    for (const path of ['/orders/1', '/orders/2', '/nowhere/else', '/health/live']) await ask(app.url, path);
    await ask(app.url, { path: '/orders', method: 'POST' });
    const series = await scrape(app);
    const of = (name: string, labels: string): number | undefined => series.get(`http_server_${name}{${labels}}`);
    expect(of('requests_total', 'method="GET",route="/orders/:id",status_class="2xx"')).toBe(2);
    expect(of('requests_total', 'method="GET",route="(no route)",status_class="4xx"')).toBe(1);
    expect(of('requests_total', 'method="POST",route="/orders",status_class="4xx"')).toBe(1);
    expect(of('request_duration_seconds_count', 'method="GET",route="/orders/:id",status_class="2xx"')).toBe(2);
    expect([...series.keys()].filter((key) => key.includes('/health'))).toEqual([]);
    expect(series.get('shutdown_phase{phase="ready"}')).toBe(1);
    expect(series.get('startup_duration_seconds')).toBeGreaterThan(0);
  });

  it('say what is in flight, and how far the shutdown is, until it is over', async () => {
    const app = await start(adapter, true);
    const held = ask(app.url, '/held');
    await gate.reached();
    expect((await scrape(app)).get('in_flight_requests{kind="response"}')).toBe(1);
    const closing = app.app.close();
    await firstValueFrom(app.shutdown.phase$.pipe(filter((phase) => phase === 'draining')));
    const during = await scrape(app);
    expect(during.get('in_flight_requests{kind="response"}')).toBe(1);
    expect(during.get('shutdown_duration_seconds')).toBeGreaterThanOrEqual(0);
    expect(during.get('shutdown_budget_seconds')).toBe(28);
    gate.open();
    await Promise.all([held, closing]);
  });

  it('have no secret that a client sends', async () => {
    const app = await start(adapter, true);
    const headers = { authorization: 'Bearer SECRET', 'x-request-id': 'SECRET', cookie: 'SECRET=SECRET' };
    for (const path of ['/orders/SECRET', '/SECRET', '/orders/1?token=SECRET', '/orders/%53ECRET']) {
      await ask(app.url, { path, headers });
    }
    await ask(app.url, { path: '/orders', method: 'POST', headers });
    const { body } = await ask(probeUrlOf(app), '/metrics');
    expect(body).toContain('route="/orders/:id"');
    expect(body).not.toContain('SECRET');
  });

  it('stay bounded, however many paths are asked for', async () => {
    const app = await start(adapter, true);
    for (let n = 0; n < 300; n += 1) await ask(app.url, `/made-up/${n}`);
    const series = [...(await scrape(app)).keys()].filter((key) => key.startsWith('http_server_requests_total'));
    expect(series).toEqual(['http_server_requests_total{method="GET",route="(no route)",status_class="4xx"}']);
  });

  it('are not there without the option', async () => {
    const app = await start(adapter, false);
    expect(await ask(probeUrlOf(app), '/metrics')).toMatchObject({ status: 404 });
  });
});

describe('metrics of a registry', () => {
  /** By its name alone: its types are not needed, and the shape below is all that is used. */
  const PROM_CLIENT: string = 'prom-client';
  interface PromClient {
    readonly Registry: new () => NonNullable<MetricsOptions['registry']>;
    readonly Counter: new (options: object) => { inc(): void };
    readonly Histogram: new (options: object) => object;
  }
  const client = async (): Promise<PromClient> => (await import(PROM_CLIENT)) as PromClient;

  it('are beside those of the application, in its own answer and on the probe port', async () => {
    const { Registry, Counter } = await client();
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc();
    const app = await start('express', { registry });
    await ask(app.url, '/orders/1');
    for (const series of [seriesOf(await registry.metrics()), await scrape(app)]) {
      expect(series.get('orders_total')).toBe(1);
      expect(series.get('http_server_requests_total{method="GET",route="/orders/:id",status_class="2xx"}')).toBe(1);
      expect(series.get('shutdown_outcome_total{outcome="clean"}')).toBe(0);
    }
    await app.app.close();
    expect(seriesOf(await registry.metrics()).get('shutdown_outcome_total{outcome="clean"}')).toBe(1);
  });

  it('leave out requests where the application measures its own, and keep to names that are free', async () => {
    const { Registry, Counter, Histogram } = await client();
    const registry = new Registry();
    const registers = [registry];
    const own = [
      new Histogram({ name: 'http_request_duration_seconds', help: 'Its own.', registers }),
      new Counter({ name: 'requests_late_total', help: 'Its own.', registers }),
    ];
    expect(own).toHaveLength(2);
    const app = await start('express', { registry });
    await ask(app.url, '/orders/1');
    const series = [...(await scrape(app)).keys()];
    expect(series.filter((key) => key.startsWith('http_server_'))).toEqual([]);
    expect(series).toContain('shutdown_phase{phase="ready"}');
    expect(app.logger.texts('warn')).toContainEqual(expect.stringContaining('stay: requests_late_total'));
  });

  it('add up over the applications of a process, and begin anew with the next one', async () => {
    const { Registry } = await client();
    const registry = new Registry();
    const both = [await start('express', { registry }), await start('fastify', { registry })];
    for (const { url } of both) await ask(url, '/orders/1');
    const count = async (): Promise<number | undefined> =>
      seriesOf(await registry.metrics()).get(
        'http_server_requests_total{method="GET",route="/orders/:id",status_class="2xx"}',
      );
    expect(await count()).toBe(2);
    for (const { app } of both) await app.close();
    expect(await count()).toBe(2);
    const next = await start('express', { registry });
    await ask(next.url, '/orders/1');
    expect(await count()).toBe(1);
  });

  it('that fails are left out, and ours are served', async () => {
    const registry = {
      contentType: 'text/plain',
      metrics: () => Promise.reject(new Error('on purpose')),
      getSingleMetric: () => undefined,
      registerMetric: () => undefined,
    };
    const app = await start('express', { registry });
    expect((await scrape(app)).get('shutdown_phase{phase="ready"}')).toBe(1);
    expect(app.logger.texts('warn')).toContainEqual('the registry of metrics failed: on purpose');
  });
});

describe('the final values', () => {
  it('are pushed to the group of a Pushgateway, once the outcome is known', async () => {
    const pushed: { readonly request: IncomingMessage; readonly body: string }[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        pushed.push({ request, body });
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    killAfterTest({ kill: async () => void server.close() });
    const pushgateway = `${urlOf(server)}/metrics/job/orders/instance/a`.replace('//', '//user:SECRET@');
    const { closed, shutdown } = await startWorker({ options: { metrics: { pushgateway } } });
    shutdown.register('close it', () => undefined);
    await closed();
    expect(pushed).toHaveLength(1);
    const [{ request, body } = { request: undefined, body: '' }] = pushed;
    expect([request?.method, request?.url]).toEqual(['PUT', '/metrics/job/orders/instance/a']);
    expect(request?.headers['authorization']).toBe(`Basic ${Buffer.from('user:SECRET').toString('base64')}`);
    expect(seriesOf(body).get('shutdown_outcome_total{outcome="clean"}')).toBe(1);
    expect(body).toContain('shutdown_hook_duration_seconds{hook="close it",phase="closing",result="done"}');
  });

  it('are told of when no Pushgateway takes them, without its address', async () => {
    const server = createServer((_request, response) => response.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    killAfterTest({ kill: async () => void server.close() });
    const pushgateway = `${urlOf(server)}/metrics/job/orders`.replace('//', '//user:SECRET@');
    const app = await start('express', { pushgateway });
    await app.app.close();
    const warnings = app.logger.texts('warn').join('\n');
    expect(warnings).toContain(
      'metrics.pushgateway failed: The final metrics were not pushed: the Pushgateway answered 500.',
    );
    expect(warnings).not.toContain('SECRET');
  });

  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'metrics-'));
    killAfterTest({ kill: async () => rmSync(folder, { recursive: true }) });
    return folder;
  };

  it('of the run before are those of the next', async () => {
    const stateFile = join(newFolder(), 'state.json');
    const first = await start('express', { stateFile });
    expect([...(await scrape(first)).keys()].filter((key) => key.includes('previous'))).toEqual([]);
    // It is not over yet, as after a SIGKILL.
    const second = await start('express', { stateFile });
    expect((await scrape(second)).get('shutdown_previous_outcome{outcome="killed"}')).toBe(1);
    await first.app.close();
    await second.app.close();
    const third = await start('express', { stateFile });
    const series = await scrape(third);
    expect(series.get('shutdown_previous_outcome{outcome="clean"}')).toBe(1);
    expect(series.get('shutdown_previous_interrupted')).toBe(0);
    expect(series.get('shutdown_previous_duration_seconds')).toBeGreaterThan(0);
  });

  it('of a run before that cannot be read are told of, and kept from the next run on', async () => {
    const stateFile = join(newFolder(), 'state.json');
    writeFileSync(stateFile, '{"version":1,"outcome":"SECRET');
    const first = await start('express', { stateFile });
    expect([...(await scrape(first)).keys()].filter((key) => key.includes('previous'))).toEqual([]);
    await first.app.close();
    const warnings = first.logger.texts('warn');
    expect(warnings).toContainEqual(expect.stringContaining('not written by this library, or is damaged'));
    expect(warnings.join('\n')).not.toContain('SECRET');
    const second = await start('express', { stateFile });
    expect((await scrape(second)).get('shutdown_previous_outcome{outcome="clean"}')).toBe(1);
    expect(second.logger.texts('warn')).not.toContainEqual(expect.stringContaining('stateFile'));
  });

  it('that cannot be kept are told of, and the service serves and ends as without', async () => {
    const folder = newFolder();
    const stateFile = join(folder, 'state.json');
    mkdirSync(stateFile);
    const { app, url, logger, shutdown } = await start('express', { stateFile });
    expect(await ask(url, '/orders/1')).toMatchObject({ status: 200 });
    await app.close();
    expect(shutdown.report?.outcome).toBe('clean');
    expect(logger.texts('warn')).toContainEqual(
      `writing metrics.stateFile failed: ${stateFile} is there, and is no file`,
    );
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});
