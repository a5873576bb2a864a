import { type IncomingMessage, type ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type CanActivate, Controller, Get, Inject, Injectable, Req, Res, Scope, UseGuards } from '@nestjs/common';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, type HttpApp, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

/** Express' response, or Fastify's reply. */
type Reply = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown };
type AnyRequest = IncomingMessage | { readonly raw: IncomingMessage };

/** What the test opens, writes and ends, and what handlers have come to. One per test. */
class Controls {
  readonly gate = new Gate();
  readonly stream = new PassThrough();
  readonly alarm = new AbortController();
  readonly begun: string[] = [];
  readonly finished: string[] = [];
  readonly responses: WeakRef<ServerResponse>[] = [];

  /** Node's response, begun. */
  begin(reply: Reply): ServerResponse {
    if ('hijack' in reply) reply.hijack();
    const response = 'hijack' in reply ? reply.raw : reply;
    this.responses.push(new WeakRef(response));
    response.writeHead(200);
    response.write('begun');
    return response;
  }

  async run(name: string, work: Promise<unknown>): Promise<string> {
    this.begun.push(name);
    await work;
    this.finished.push(name);
    return name;
  }
}

@Injectable()
class SlowGuard implements CanActivate {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  async canActivate(): Promise<boolean> {
    await this.controls.run('guard', this.controls.gate.pass());
    return true;
  }
}

/** Handlers that go on when their client has gone. */
@Controller()
class RunningController {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  @Get('promise')
  promise(): Promise<string> {
    return this.controls.run('promise', this.controls.gate.pass());
  }

  @Get('timer')
  timer(): Promise<string> {
    const { signal } = this.controls.alarm;
    return this.controls.run(
      'timer',
      wait(2 ** 30, undefined, { signal }).catch(() => 'woken'),
    );
  }

  @Get('stream')
  stream(): Promise<string> {
    const read = async (): Promise<void> => {
      for await (const _chunk of this.controls.stream);
    };
    return this.controls.run('stream', read());
  }

  @Get('by-hand')
  async byHand(@Res() reply: Reply): Promise<void> {
    const response = this.controls.begin(reply);
    await this.controls.run('by-hand', this.controls.gate.pass());
    response.end();
  }

  @UseGuards(SlowGuard)
  @Get('guard')
  guard(): string {
    return 'guarded';
  }
}

@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  @Get()
  scoped(): Promise<string> {
    return this.controls.run('scoped', this.controls.gate.pass());
  }
}

const RUNNING = ['promise', 'timer', 'stream', 'by-hand', 'guard', 'scoped'] as const;

/** Handlers that nobody can wake any more when their client has gone. */
@Controller('endless')
class EndlessController {
  constructor(@Inject(Controls) private readonly controls: Controls) {}

  @Get('answer')
  async answer(@Res() reply: Reply): Promise<void> {
    const response = this.controls.begin(reply);
    await new Promise((resolve) => response.on('finish', resolve));
  }

  @Get('request')
  async request(@Req() request: AnyRequest, @Res() reply: Reply): Promise<void> {
    this.controls.begin(reply);
    await new Promise((resolve) => ('raw' in request ? request.raw : request).on('nothing', resolve));
  }

  @Get('nothing')
  async nothing(@Res() reply: Reply): Promise<void> {
    this.controls.begin(reply);
    await new Promise(() => undefined);
  }
}

const ENDLESS = ['answer', 'request', 'nothing'] as const;

type World = HttpApp & { readonly controls: Controls };

async function startWorld(adapter: Adapter): Promise<World> {
  const controls = new Controls();
  const world = await startHttpApp(adapter, {
    controllers: [RunningController, ScopedController, EndlessController],
    providers: [SlowGuard, { provide: Controls, useValue: controls }],
  });
  return { ...world, controls };
}

/** Collects what is garbage, and lets it be noticed. */
async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) {
    // What was just used is let go of in later turns.
    await turns(5);
    gc();
  }
  await turns(5);
}

describe.each(ADAPTERS)('handlers that run on after their client has gone (%s)', (adapter) => {
  it(`are waited for, whatever is collected meanwhile: ${RUNNING.join(', ')}`, async () => {
    const world = await startWorld(adapter);
    const { controls, shutdown } = world;
    const clients = await Promise.all(RUNNING.map(() => RawClient.connect(world.url)));
    for (const [n, name] of RUNNING.entries()) clients[n]?.ask('GET', `/${name}`);
    await until('all of them run', () => controls.begun.length === RUNNING.length);
    for (const client of clients) client.abort();
    await until('their answers are over', () => shutdown.inFlight().responses === 0);
    await collect();
    const { items, ...counts } = shutdown.inFlight();
    expect(counts).toMatchObject({ total: RUNNING.length, handlers: RUNNING.length });
    expect(items.map(({ name }) => name).toSorted()).toEqual(RUNNING.map((name) => `GET /${name}`).toSorted());
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await collect();
    expect([shutdown.phase, state.isSettled, controls.finished]).toEqual(['draining', false, []]);
    expect(shutdown.inFlight()).toMatchObject({ total: RUNNING.length });
    controls.gate.open();
    controls.alarm.abort();
    controls.stream.end();
    await closing;
    expect(controls.finished.toSorted()).toEqual(RUNNING.toSorted());
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
  });
});

describe.each(ADAPTERS)('a handler that can never end once its client has gone (%s)', (adapter) => {
  async function abandon(world: World, names: readonly string[], count: number): Promise<void> {
    const { controls, shutdown } = world;
    for (let n = 1; n <= count; n += 1) {
      for (const name of names) {
        const client = await RawClient.connect(world.url);
        client.ask('GET', `/endless/${name}`);
        await client.until(/begun/);
        client.abort();
      }
    }
    await until('the answers are over', () => shutdown.inFlight().responses === 0);
    expect(controls.responses).toHaveLength(names.length * count);
  }

  it(`is not kept, whether it waits for ${ENDLESS.join(' or ')}`, async () => {
    const world = await startWorld(adapter);
    const { controls, shutdown } = world;
    await abandon(world, ENDLESS, 20);
    const kept = (): number => controls.responses.filter((response) => response.deref() !== undefined).length;
    for (let round = 1; round <= 5 && kept() > 0; round += 1) await collect();
    expect(kept()).toBe(0);
    expect(shutdown.inFlight()).toMatchObject({ total: 0, handlers: 0, items: [] });
    await world.app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0, interrupted: [] } });
  });

  it('does not hold the drain up once it is collected', async () => {
    const world = await startWorld(adapter);
    await abandon(world, ['answer'], 5);
    const closing = world.app.close();
    const state = watch(closing);
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    expect([world.shutdown.phase, state.isSettled, world.shutdown.inFlight().total]).toEqual(['draining', false, 5]);
    while (!state.isSettled) await collect();
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
  });
});
