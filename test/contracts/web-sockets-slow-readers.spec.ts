import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { replaceClock } from '../../libs/lifecycle/src/deadline/clock.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type GatewayWorld, startGatewayWorld } from '../support/gateway-world.js';
import { ADAPTERS, ask } from '../support/http-app.js';
import { ManualClock } from '../support/manual-clock.js';
import { RawClient } from '../support/raw-client.js';
import { SocketIoClient } from '../support/socket-io-client.js';
import { WsClient } from '../support/ws-client.js';

const GONE = { code: 1001, reason: expect.any(String) as string };

/** More than the kernel takes for a client that does not read. */
const LARGE = 8 * 1024 * 1024;

interface SlowWorld extends GatewayWorld {
  readonly clock: ManualClock;
  /** Messages `ask large` wait here. */
  readonly asked: Gate;
  /** The server's side of clients that have sent `large`, or `ask large`. */
  readonly readers: unknown[];
}

const cut = (name: string): object => ({ kind: 'message', name, ageMs: expect.any(Number) as number });

/** On a clock that stands still until the test moves it: every time limit is over exactly when the test says so. */
async function startSlowWorld(
  adapter: (typeof ADAPTERS)[number],
  platform: 'ws' | 'socket.io',
  options: object = {},
): Promise<SlowWorld> {
  const readers: unknown[] = [];
  const asked = new Gate();

  @WebSocketGateway()
  class LargeGateway {
    @SubscribeMessage('large')
    onLarge(@MessageBody() size: number, @ConnectedSocket() client: unknown): unknown {
      readers.push(client);
      return { event: 'large', data: 'x'.repeat(size) };
    }

    /** The same, as an acknowledgement. */
    @SubscribeMessage('ask large')
    async onAskLarge(@MessageBody() size: number, @ConnectedSocket() client: unknown): Promise<unknown> {
      readers.push(client);
      await asked.pass();
      return 'x'.repeat(size);
    }
  }

  const clock = new ManualClock();
  const undo = replaceClock(clock);
  try {
    const isSocketIo = platform === 'socket.io';
    const longLived = { event: 'leaving', closeReason: 'moving on' };
    const world = await startGatewayWorld(
      adapter,
      { providers: [LargeGateway], options: { gracePeriod: '120s', longLived, ...options } },
      { isSocketIo },
    );
    return { ...world, clock, readers, asked };
  } finally {
    undo();
  }
}

/** Many times the time of a closing handshake, and more than what ws gives one by itself. */
async function pass({ clock }: SlowWorld, seconds: number): Promise<void> {
  for (let half = 0; half < 2 * seconds; half += 1) {
    await clock.advance(500);
    await turns(2);
  }
}

/** Tells the service to close, and lets it drain for 40 s while the reader does not move. */
async function closeMeanwhile(world: SlowWorld): Promise<{ readonly closing: Promise<void> }> {
  const closing = world.app.close();
  const state = watch(closing);
  await until('it drains', () => world.shutdown.phase === 'draining');
  await turns();
  await pass(world, 40);
  expect(state.isSettled).toBe(false);
  return { closing };
}

/** Lets the rest happen, however much time it waits for. */
async function finish(world: SlowWorld, closing: Promise<void>): Promise<void> {
  const state = watch(closing);
  await until('it is closed', () => {
    if (!state.isSettled) void world.clock.advance(50);
    return state.isSettled;
  });
}

const happened = (client: SocketIoClient): string[] => client.happened.map((line) => line.slice(0, 40));

describe.each(ADAPTERS)('WebSockets whose peers read slowly (%s)', (adapter) => {
  it.each([
    ['given before', 'large'],
    ['given while the service leaves', 'slow'],
  ])('get an answer %s to its end, then 1001', async (_when, last) => {
    const world = await startSlowWorld(adapter, 'ws');
    const client = await WsClient.connect(world.url);
    client.send('large', LARGE);
    await until('it is answered', () => world.readers.length === 1);
    if (last === 'slow') client.send('slow', 7);
    if (last === 'slow') await world.slow.reached();
    client.socket.pause();
    await until('bytes are left', () => buffered(world) > 0);
    world.slow.open();
    const { closing } = await closeMeanwhile(world);
    const name = last === 'slow' ? 'ChatGateway.onSlow' : 'LargeGateway.onLarge';
    expect(world.shutdown.inFlight().items).toEqual([cut(name)]);
    client.socket.resume();
    expect(await client.closed).toEqual(GONE);
    expect(client.received.map((message) => JSON.stringify(message).length)).toEqual(
      last === 'slow' ? [LARGE + 27, 30] : [LARGE + 27],
    );
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { interrupted: [] },
      webSockets: { closed: 1, terminated: 0 },
    });
  });

  it('are interrupted at the deadline, and named, unlike those that had been sent everything', async () => {
    const world = await startSlowWorld(adapter, 'ws');
    const [stuck, dead] = [await WsClient.connect(world.url), await WsClient.connect(world.url)];
    stuck.send('large', LARGE);
    await until('it is answered', () => world.readers.length === 1);
    for (const { socket } of [stuck, dead]) socket.pause();
    await until('bytes are left', () => buffered(world) > 0);
    const { closing } = await closeMeanwhile(world);
    expect(world.shutdown.report).toBeUndefined();
    await pass(world, 80);
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      late: false,
      requests: { interrupted: [cut('LargeGateway.onLarge')], exemptCut: [] },
      webSockets: { closed: 0, terminated: 2 },
    });
  });

  it('are not waited for because of what is said behind the goodbye', async () => {
    const world = await startSlowWorld(adapter, 'ws');
    const dead = await WsClient.connect(world.url);
    dead.send('large', 1);
    await until('it is answered', () => dead.received.length === 1);
    dead.socket.pause();
    const closing = world.app.close();
    await until('it is told', () => serverSide(world).readyState === 2);
    // As a feed does that does not look whether anybody is there.
    serverSide(world).send('more');
    expect(buffered(world)).toBeGreaterThan(0);
    await pass(world, 4);
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 0, terminated: 1 } });
  });
});

describe.each(ADAPTERS)('clients of socket.io that read slowly (%s)', (adapter) => {
  it.each(['websocket', 'upgraded'] as const)('get all that was said, and the goodbye behind it (%s)', async (kind) => {
    const world = await startSlowWorld(adapter, 'socket.io');
    const client = await SocketIoClient.connect(world.url, kind);
    const acknowledged: Promise<unknown> = client.socket.emitWithAck('ask large', LARGE);
    await world.asked.reached();
    client.stopReading();
    world.asked.open();
    const { closing } = await closeMeanwhile(world);
    expect(world.shutdown.inFlight().items).toEqual([cut('LargeGateway.onAskLarge')]);
    client.readOn();
    expect(await acknowledged).toHaveLength(LARGE);
    await client.disconnected;
    expect(happened(client)).toEqual(['leaving: {"reason":"moving on"}', 'disconnect: io server disconnect']);
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });

  it('are interrupted at the deadline, and named', async () => {
    const world = await startSlowWorld(adapter, 'socket.io');
    const client = await SocketIoClient.connect(world.url, 'websocket');
    client.socket.emit('ask large', LARGE, () => undefined);
    await world.asked.reached();
    client.stopReading();
    world.asked.open();
    const { closing } = await closeMeanwhile(world);
    await pass(world, 80);
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [cut('LargeGateway.onAskLarge')] },
      webSockets: { closed: 0, terminated: 1 },
    });
  });
});

interface Polling {
  readonly poll: () => Promise<RawClient>;
  readonly say: (text: string) => Promise<void>;
}

/** A client that polls by hand: what it reads, and when. */
async function startPolling(world: SlowWorld): Promise<Polling> {
  const open = await ask(world.url, '/socket.io/?EIO=4&transport=polling');
  const { sid } = JSON.parse(open.body.slice(1)) as { readonly sid: string };
  const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  const headers = { 'content-type': 'text/plain;charset=UTF-8' };
  const say = async (body: string): Promise<void> => {
    expect(await ask(world.url, { method: 'POST', path, headers, body })).toMatchObject({ status: 200 });
  };
  await say('40');
  expect((await ask(world.url, path)).body).toMatch(/^40/);
  const poll = async (): Promise<RawClient> => {
    const client = await RawClient.connect(world.url);
    client.ask('GET', path);
    return client;
  };
  return { poll, say };
}

describe.each(ADAPTERS)('clients of socket.io that poll, and read slowly (%s)', (adapter) => {
  it('get an answer whose sending had begun to its end, poll once more, and hear the goodbye', async () => {
    const world = await startSlowWorld(adapter, 'socket.io');
    const { poll, say } = await startPolling(world);
    const first = await poll();
    first.pause();
    world.asked.open();
    await say(`421["ask large",${LARGE}]`);
    await until('it is answered', () => world.readers.length === 1);
    await turns();
    const { closing } = await closeMeanwhile(world);
    first.resume();
    await until('all of it has come', () => first.received.length > LARGE);
    const second = await poll();
    await second.closed;
    expect(second.received).toContain('42["leaving",{"reason":"moving on"}]');
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { exemptCut: [] },
      webSockets: { closed: 1, terminated: 0 },
    });
  });

  it('get the last answer to its end', async () => {
    const world = await startSlowWorld(adapter, 'socket.io');
    const { poll, say } = await startPolling(world);
    await say(`421["ask large",${LARGE}]`);
    await world.asked.reached();
    const last = await poll();
    last.pause();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    world.asked.open();
    await until('it is answered', () => world.shutdown.inFlight().total === 1);
    await turns();
    await pass(world, 40);
    expect(world.shutdown.phase).toBe('draining');
    expect(world.shutdown.inFlight().items).toEqual([cut('LargeGateway.onAskLarge')]);
    last.resume();
    await last.closed;
    expect(last.received).toContain('42["leaving",{"reason":"moving on"}]');
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { interrupted: [], exemptCut: [] },
      webSockets: { closed: 1, terminated: 0 },
    });
  });

  it('are interrupted, and named, when they never come for what was said to them', async () => {
    const world = await startSlowWorld(adapter, 'socket.io');
    const { say } = await startPolling(world);
    world.asked.open();
    await say('421["ask large",9]');
    await until('it is answered', () => world.readers.length === 1);
    await turns();
    const closing = world.app.close();
    await until('it drains', () => world.shutdown.phase === 'draining');
    await turns();
    await pass(world, 4);
    await finish(world, closing);
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [cut('LargeGateway.onAskLarge')] },
      webSockets: { closed: 0, terminated: 1 },
    });
  });
});

interface ServerSide {
  readonly bufferedAmount: number;
  readonly readyState: number;
  send(text: string): void;
}

/** Of ws, the client as the gateway has it. */
function serverSide({ readers }: SlowWorld): ServerSide {
  return readers[0] as ServerSide;
}

function buffered(world: SlowWorld): number {
  return serverSide(world).bufferedAmount;
}
