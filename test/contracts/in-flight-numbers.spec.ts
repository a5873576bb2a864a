import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Next, Res, Scope, StreamableFile } from '@nestjs/common';
import type { Duration } from 'nestjs-lifecycle';
import { PassThrough } from 'node:stream';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { startGraphqlWorld } from '../support/graphql-world.js';
import { type Adapter, ADAPTERS, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { hold } from '../support/traffic-world.js';

/** Express' response, or Fastify's reply. */
type Reply = ServerResponse & { readonly raw?: ServerResponse; hijack?(): unknown; send(body: unknown): Reply };

/** What the test opens, writes and ends. One per test. */
class Controls {
  /** Handlers wait here before they return, and what they leave behind waits at the other. */
  readonly gate = new Gate();
  readonly later = new Gate();
  readonly stream = new PassThrough();
}

const rawOf = (reply: Reply): ServerResponse => reply.raw ?? reply;

/** Of every way to answer one, which waits at the gate and returns. */
@Controller()
class AnsweringController {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  @Get('file')
  async file(): Promise<StreamableFile> {
    await this.controls.gate.pass();
    return new StreamableFile(this.controls.stream, { type: 'text/plain' });
  }

  @Get('piped')
  async piped(@Res() reply: Reply): Promise<void> {
    await this.controls.gate.pass();
    this.#pipe(reply);
  }

  @Get('handed')
  async handed(@Next() _next: () => void, @Res() reply: Reply): Promise<Reply> {
    await this.controls.gate.pass();
    return this.#pipe(reply);
  }

  @Get('hijacked')
  async hijacked(@Res() reply: Reply): Promise<void> {
    reply.hijack?.();
    await this.controls.gate.pass();
    this.controls.stream.pipe(rawOf(reply));
  }

  /** What it does afterwards belongs to no handler. */
  @Get('callback')
  callback(@Res() reply: Reply): void {
    reply.hijack?.();
    void this.controls.gate.pass().then(() => this.controls.stream.pipe(rawOf(reply)));
  }

  /** Goes on once its answer is sent. */
  @Get('audited')
  async audited(@Res() reply: Reply): Promise<void> {
    const sent = once(rawOf(reply), 'finish');
    this.#pipe(reply);
    await sent;
    await this.controls.later.pass();
  }

  /** The same, the way of Fastify. */
  @Get('awaited')
  async awaited(@Res() reply: Reply): Promise<void> {
    await (this.#pipe(reply) as unknown as PromiseLike<void>);
    await this.controls.later.pass();
  }

  @Get('waits')
  async waits(): Promise<string> {
    await this.controls.gate.pass();
    return 'waited';
  }

  @Get('waits-by-hand')
  async waitsByHand(@Res() reply: Reply): Promise<void> {
    reply.hijack?.();
    await this.controls.gate.pass();
    rawOf(reply).end('waited');
  }

  #pipe(reply: Reply): Reply {
    if (reply.raw !== undefined) return reply.send(this.controls.stream);
    this.controls.stream.pipe(reply);
    return reply;
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  @Get('piped')
  async piped(@Res() reply: Reply): Promise<void> {
    reply.hijack?.();
    await this.controls.gate.pass();
    this.controls.stream.pipe(rawOf(reply));
  }

  @Get('waits')
  async waits(): Promise<string> {
    await this.controls.gate.pass();
    return 'waited';
  }
}

interface World extends HttpApp {
  readonly controls: Controls;
  readonly client: RawClient;
}

async function startWorld(adapter: Adapter, drainTimeout: Duration = '20s'): Promise<World> {
  const controls = new Controls();
  const world = await startHttpApp(adapter, {
    controllers: [AnsweringController, ScopedController],
    providers: [{ provide: Controls, useValue: controls }],
    options: { drainTimeout },
  });
  return { ...world, controls, client: await RawClient.connect(world.url) };
}

function numbers({ shutdown }: Pick<HttpApp, 'shutdown'>): { total: number; responses: number; handlers: number } {
  const { total, responses, handlers } = shutdown.inFlight();
  return { total, responses, handlers };
}

const RUNNING = { total: 1, responses: 1, handlers: 1 };
const ANSWERING = { total: 1, responses: 1, handlers: 0 };
const ABANDONED = { total: 1, responses: 0, handlers: 1 };
const NOTHING = { total: 0, responses: 0, handlers: 0 };

const STREAMING = ['file', 'piped', 'handed', 'hijacked', 'scoped/piped'] as const;

describe.each(ADAPTERS)('the numbers in flight (%s)', (adapter) => {
  it.each(STREAMING)('are a handler until it has returned, then a response until that is sent: %s', async (path) => {
    const world = await startWorld(adapter);
    const { controls, client } = world;
    client.ask('GET', `/${path}`);
    await controls.gate.reached();
    await turns();
    expect(numbers(world)).toEqual(RUNNING);
    controls.gate.open();
    controls.stream.write('begun');
    await client.until(/begun/);
    await turns();
    expect(numbers(world)).toEqual(ANSWERING);
    controls.stream.end('the end');
    await client.until(/the end/);
    await until('nothing is in flight', () => world.shutdown.inFlight().total === 0);
    expect(numbers(world)).toEqual(NOTHING);
  });

  it.each(STREAMING)(
    'are nothing once the client of a stream has gone whose handler has returned: %s',
    async (path) => {
      const world = await startWorld(adapter);
      const { controls, client } = world;
      controls.gate.open();
      controls.stream.write('begun');
      client.ask('GET', `/${path}`);
      await client.until(/begun/);
      client.abort();
      await until('nothing is in flight', () => world.shutdown.inFlight().total === 0);
      expect(numbers(world)).toEqual(NOTHING);
    },
  );

  it('are a response alone where a handler has left its answer to a callback', async () => {
    const world = await startWorld(adapter);
    const { controls, client } = world;
    client.ask('GET', '/callback');
    await controls.gate.reached();
    await turns();
    expect(numbers(world)).toEqual(ANSWERING);
    controls.gate.open();
    controls.stream.end('the end');
    await client.until(/the end/);
    await until('nothing is in flight', () => world.shutdown.inFlight().total === 0);
  });

  const auditing = adapter === 'express' ? (['audited'] as const) : (['audited', 'awaited'] as const);

  it.each(auditing)('are a handler again when it goes on after its answer: %s', async (path) => {
    const world = await startWorld(adapter);
    const { controls, client, shutdown } = world;
    client.ask('GET', `/${path}`);
    controls.stream.end('the end');
    await client.until(/the end/);
    await controls.later.reached();
    await until('the response is over', () => shutdown.inFlight().responses === 0);
    await turns();
    expect(numbers(world)).toEqual(ABANDONED);
    const closing = world.app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect([shutdown.phase, numbers(world)]).toEqual(['draining', ABANDONED]);
    controls.later.open();
    await closing;
    expect(numbers(world)).toEqual(NOTHING);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });
});

/** When the client of a request leaves whose handler runs on, seen from the signal. */
const LEAVING = ['before the signal', 'after the signal'] as const;
const WAITING = ['waits', 'waits-by-hand', 'scoped/waits'] as const;
const CASES = LEAVING.flatMap((when) => WAITING.map((path) => ({ when, path })));

describe.each(ADAPTERS)('a request whose client left while its handler ran (%s)', (adapter) => {
  async function leave({ when, path }: (typeof CASES)[number], world: World): Promise<{ closing: Promise<void> }> {
    const { client, controls, shutdown, app } = world;
    const gate = hold(world, 'lame-duck');
    client.ask('GET', `/${path}`);
    await controls.gate.reached();
    const gone = async (): Promise<void> => {
      client.abort();
      await until('the response is gone', () => shutdown.inFlight().responses === 0);
    };
    if (when === 'before the signal') await gone();
    const closing = app.close();
    await gate.reached();
    if (when === 'after the signal') await gone();
    gate.open();
    await until('it drains', () => shutdown.phase === 'draining');
    return { closing };
  }

  it.each(CASES)('is drained once, when the handler ends: $path, $when', async (route) => {
    const world = await startWorld(adapter);
    const { closing } = await leave(route, world);
    world.controls.gate.open();
    await closing;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
    });
  });

  it.each(CASES)('is interrupted, and not drained, when it does not end: $path, $when', async (route) => {
    const world = await startWorld(adapter, '100ms');
    const { closing } = await leave(route, world);
    await closing;
    world.controls.gate.open();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { inFlightAtStart: 1, drained: 0, interrupted: [{ kind: 'handler' }] },
    });
  });

  it('is not counted when its handler ended before the signal', async () => {
    const world = await startWorld(adapter);
    const { client, controls, shutdown, app } = world;
    client.ask('GET', '/waits');
    await controls.gate.reached();
    client.abort();
    await until('the response is gone', () => shutdown.inFlight().responses === 0);
    controls.gate.open();
    await until('the handler has ended', () => shutdown.inFlight().total === 0);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, drained: 0 } });
  });
});

describe.each(ADAPTERS)('a GraphQL request whose client left while its resolvers ran (%s)', (adapter) => {
  it.each(LEAVING)('is one request, with a handler for each, and drained once: %s', async (when) => {
    const world = await startGraphqlWorld(adapter);
    const { slow, shutdown, app } = world;
    const gate = hold(world, 'lame-duck');
    const client = await RawClient.connect(world.url);
    const body = JSON.stringify({ query: '{ slow, again: slow }' });
    client.ask('POST', '/graphql', 'Content-Type: application/json', `Content-Length: ${body.length}`);
    client.send(body);
    await slow.reached(2);
    expect(numbers(world)).toEqual({ total: 1, responses: 1, handlers: 2 });
    const gone = async (): Promise<void> => {
      client.abort();
      await until('the response is gone', () => shutdown.inFlight().responses === 0);
      expect(numbers(world)).toEqual({ total: 1, responses: 0, handlers: 2 });
    };
    if (when === 'before the signal') await gone();
    const closing = app.close();
    await gate.reached();
    if (when === 'after the signal') await gone();
    gate.open();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(shutdown.phase).toBe('draining');
    slow.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, drained: 1, interrupted: [] },
    });
  });
});
