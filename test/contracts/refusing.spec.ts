import { Controller, Get } from '@nestjs/common';
import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, type HttpApp, startHttpApp } from '../support/http-app.js';
import type { Answer, Request } from '../support/http-client.js';

interface World extends HttpApp {
  readonly closing: Promise<void>;
  readonly gate: Gate;
}

/** A service that refuses, because one request is still being answered. */
async function startRefusing(adapter: Adapter, options: GracefulShutdownOptions = {}): Promise<World> {
  const gate = new Gate();
  @Controller()
  class SlowController {
    @Get('slow')
    async slow(): Promise<string> {
      await gate.pass();
      return 'slow';
    }
  }
  const world = await startHttpApp(adapter, {
    options: { lateRequests: 'refuse', ...options },
    controllers: [SlowController],
  });
  const slow = ask(world.url, '/slow');
  await gate.reached();
  const closing = world.app.close();
  await until('it drains', () => world.shutdown.phase === 'draining');
  // Its first refusal.
  expect(await ask(world.url, '/')).toMatchObject({ status: 503 });
  return { ...world, gate, closing: Promise.all([slow, closing]).then(() => undefined) };
}

async function answersOf({ url, gate, closing }: World, requests: readonly (Request | string)[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await ask(url, request));
  gate.open();
  await closing;
  return answers;
}

const json = ({ body }: Answer): unknown => JSON.parse(body);

describe.each(ADAPTERS)('a late request that is refused (%s)', (adapter) => {
  it("is told so in the shape of Nest's errors, may come again soon, and has lost its connection", async () => {
    const world = await startRefusing(adapter);
    const [answer] = await answersOf(world, ['/slow']);
    expect(answer).toMatchObject({ status: 503 });
    expect(answer?.headers.get('connection')).toBe('close');
    expect(answer?.headers.get('retry-after')).toBe('1');
    expect(answer?.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer?.headers.get('cache-control')).toBe('no-store');
    expect(answer && json(answer)).toEqual({
      statusCode: 503,
      error: 'Service Unavailable',
      message: expect.stringContaining('shutting down') as string,
      code: 'SHUTTING_DOWN',
    });
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, refused: 2 } });
  });

  it('gets the body of the options', async () => {
    const body = { error: { status: 'UNAVAILABLE', message: 'Grüße, später' } };
    const [answer] = await answersOf(await startRefusing(adapter, { lateRequestBody: body }), ['/']);
    expect(answer && json(answer)).toEqual(body);
    expect(answer?.headers.get('content-length')).toBe(String(Buffer.byteLength(JSON.stringify(body))));
  });

  it('gets what a function makes of the request', async () => {
    const world = await startRefusing(adapter, {
      lateRequestBody: ({ method, headers }) => ({ method, tenant: headers['x-tenant'] }),
    });
    const answers = await answersOf(world, [
      { method: 'POST', headers: { 'X-Tenant': 'a' } },
      { method: 'PUT', headers: { 'X-Tenant': 'b' } },
    ]);
    expect(answers.map(json)).toEqual([
      { method: 'POST', tenant: 'a' },
      { method: 'PUT', tenant: 'b' },
    ]);
  });

  it.each([
    ['throws', () => AbortSignal.abort(new Error('no tenant')).throwIfAborted()],
    ['returns nothing', () => undefined],
    ['returns what is no JSON', () => ({ big: 1n })],
  ])('gets the usual body when that function %s', async (_what, make) => {
    // As users of JavaScript can write them.
    const lateRequestBody = make as () => object;
    const [answer] = await answersOf(await startRefusing(adapter, { lateRequestBody }), ['/']);
    expect(answer && json(answer)).toMatchObject({ statusCode: 503, code: 'SHUTTING_DOWN' });
  });

  it('may come again at different times, within the range', async () => {
    const world = await startRefusing(adapter, { retryAfter: { min: '3s', max: '40s' } });
    const answers = await answersOf(
      world,
      Array.from({ length: 40 }, () => '/'),
    );
    const seconds = answers.map(({ headers }) => Number(headers.get('retry-after')));
    expect(new Set(seconds).size).toBeGreaterThan(5);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(40);
    expect(seconds.every(Number.isInteger)).toBe(true);
  });
});
