import { createServer, constants, type ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { turns, until, watch } from '../../../../test/support/event-loop.js';
import { kindOf, loadOf, oneArrivalOf } from '../../../../test/support/load-world.js';
import { type HttpPod, rawAnswer, startHttpPod } from '../../../../test/support/request-balancing.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { TcpPod } from '../../../../test/support/tcp-peer.js';
import { type Attempt } from '../ledger/request-record.js';
import { Random } from '../random/random.js';

/** A service that answers at once, and what it has been asked. */
async function service(): Promise<{ pod: HttpPod; asked: string[] }> {
  const asked: string[] = [];
  const pod = await startHttpPod('a', (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => response.end('ok'));
  });
  return { pod, asked };
}

const kinds = [kindOf({ path: '/{n}', weight: 3 }), kindOf({ method: 'POST', path: '/orders', body: '{}', weight: 1 })];

describe('Load', () => {
  it('plays the same schedule for the same seed, however long the answers take', async () => {
    const { pod } = await service();
    const silent = await TcpPod.start('b');
    const schedule = async (port: number, seed: number) => {
      const sent: string[] = [];
      const world = loadOf(port, { kinds, openPerSecond: 20, keepAliveShare: 0.5 }, { random: new Random(seed) });
      world.ledger.read(({ sentAt, kind, client }) => sent.push(`${sentAt.toFixed(3)} ${kind} ${client}`));
      world.load.start();
      await world.clock.advance(2000);
      const stopped = world.load.stop();
      await world.clock.advance(1000);
      await stopped;
      return sent.toSorted();
    };
    const first = await schedule(pod.port, 7);
    expect(await schedule(silent.port, 7)).toEqual(first);
    expect(await schedule(pod.port, 8)).not.toEqual(first);
    expect(first.length).toBeGreaterThan(20);
    expect(new Set(first.map((line) => line.split(' ').slice(1).join(' '))).size).toBe(4);
  });

  it('does not wait for answers in the open loop', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock } = loadOf(pod.port, { openPerSecond: 50 }, { requestTimeoutMs: 60_000 });
    load.start();
    await clock.advance(1000);
    expect(load.inFlight).toBeGreaterThan(25);
    await until('each has its connection', () => pod.connections.length === load.inFlight);
  });

  it('sends in the open loop all that is due where this machine came late, and says how many came late', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock, ledger } = loadOf(pod.port, { openPerSecond: 100 }, { requestTimeoutMs: 60_000 });
    load.start();
    await clock.advance(1000);
    expect(load.pace).toMatchObject({ due: ledger.sent, late: 0, unsent: 0 });
    const inTime = ledger.sent;
    clock.block(3000);
    await clock.advance(1);
    const { due, late, unsent, latestMs } = load.pace;
    expect(due - inTime).toBeGreaterThan(250);
    expect(ledger.sent).toBe(due);
    expect(late).toBeGreaterThan(200);
    expect(late).toBeLessThan(due - inTime);
    expect(latestMs).toBeGreaterThan(2900);
    expect(unsent).toBe(0);
  });

  it('says what was due and had not been sent when it stopped', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock, ledger } = loadOf(pod.port, { openPerSecond: 100 }, { requestTimeoutMs: 60_000 });
    load.start();
    await clock.advance(500);
    clock.block(2000);
    const { sent } = ledger;
    await load.stop(AbortSignal.abort());
    expect(ledger.sent).toBe(sent);
    expect(load.pace).toMatchObject({ due: sent + load.pace.unsent, late: 0 });
    expect(load.pace.unsent).toBeGreaterThan(130);
    expect(load.pace.latestMs).toBeGreaterThan(1900);
  });

  it('sends nothing more once it is closed, whatever has not been answered', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock, ledger } = loadOf(pod.port, { openPerSecond: 50, closedClients: 1 });
    load.start();
    await clock.advance(500);
    expect(load.inFlight).toBeGreaterThan(0);
    const { sent } = ledger;
    await load.close();
    expect({ sent: ledger.sent, inFlight: load.inFlight, timers: clock.pendingTimers }).toEqual({
      sent,
      inFlight: 0,
      timers: 0,
    });
  });

  it('keeps a pool of connections, which another joins when all are busy, and opens one each for fresh clients', async () => {
    const { pod } = await service();
    const play = async (keepAliveShare: number) => {
      const before = pod.accepted();
      const world = loadOf(pod.port, { openPerSecond: 20, keepAliveShare, keepAliveConnections: 3 });
      world.load.start();
      for (let step = 0; step < 200; step += 1) {
        await world.clock.advance(10);
        await until('all have been answered', () => world.load.inFlight === 0);
      }
      await world.load.stop();
      const { records } = world.ledger;
      return {
        opened: pod.accepted() - before,
        sent: records.length,
        reused: records.filter((r) => r.isReused).length,
      };
    };
    const kept = await play(1);
    expect(kept.opened).toBe(kept.sent - kept.reused);
    expect(kept.opened).toBeLessThanOrEqual(5);
    expect(kept.opened).toBeGreaterThanOrEqual(3);
    const fresh = await play(0);
    expect(fresh).toMatchObject({ opened: fresh.sent, reused: 0 });
  });

  it('asks again in the closed loop when it has been answered, on the same connection, and not too often', async () => {
    const { pod, asked } = await service();
    const { load, clock, ledger } = loadOf(pod.port, { closedClients: 2, kinds });
    load.start();
    for (let step = 0; step < 1000; step += 1) {
      await clock.advance(1);
      await until('all have been answered', () => load.inFlight === 0);
    }
    await load.stop();
    expect(ledger.records.length).toBeGreaterThan(90);
    expect(ledger.records.length).toBeLessThanOrEqual(101);
    expect(new Set(ledger.records.map(({ client }) => client))).toEqual(new Set(['closed-loop']));
    expect(pod.accepted()).toBe(2);
    expect(asked).toContain('POST /orders');
  });

  it('waits in the closed loop for as long as the answer takes', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock } = loadOf(pod.port, { closedClients: 3 });
    load.start();
    await clock.advance(900);
    expect(load.inFlight).toBe(3);
  });

  it('tries nothing again that has failed', async () => {
    const pod = await TcpPod.start('a');
    const { clock, ledger } = await oneArrivalOf(pod.port, kindOf());
    const server = await pod.connection();
    await server.untilReceived('GET /');
    server.socket.resetAndDestroy();
    await until('it has its fate', () => ledger.inFlight === 0);
    await clock.advance(10_000);
    await turns();
    expect(pod.connections).toHaveLength(1);
    expect(ledger.records).toMatchObject([{ id: 1, fate: 'reset', client: 'keep-alive', isReused: false }]);
  });

  it('stops when everything has been answered, and asks nothing more', async () => {
    const pod = await TcpPod.start('a');
    const { load, ledger, clock } = loadOf(pod.port, { openPerSecond: 20, closedClients: 1 });
    load.start();
    await clock.advance(200);
    const sent = ledger.sent;
    const stopped = load.stop();
    const state = watch(stopped);
    await clock.advance(500);
    await turns();
    expect(state.isSettled).toBe(false);
    for (const [index] of pod.connections.entries()) {
      const server = await pod.connection(index);
      await server.untilReceived('GET /');
      server.send(rawAnswer('ok'));
    }
    await stopped;
    expect(ledger.sent).toBe(sent);
    expect(ledger.counts.answered).toBe(sent);
    expect(clock.pendingTimers).toBe(0);
    await until('its connections have ended', () => pod.connections.every(({ hasEnd }) => hasEnd));
  });

  it('stops when what is in flight has timed out', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock, fates } = loadOf(pod.port, { closedClients: 1 });
    load.start();
    await clock.advance(10);
    await pod.connection();
    const stopped = load.stop();
    await clock.advance(1000);
    await stopped;
    expect(fates()).toEqual(['timeout']);
  });

  it('leaves unfinished what is in flight when it may not wait', async () => {
    const pod = await TcpPod.start('a');
    const { load, clock, fates } = loadOf(pod.port, { closedClients: 1 });
    load.start();
    await clock.advance(10);
    const end = new AbortController();
    const stopped = load.stop(end.signal);
    const state = watch(stopped);
    await turns();
    expect(state.isSettled).toBe(false);
    end.abort();
    await stopped;
    expect(fates()).toEqual(['unfinished']);
  });

  it('asks the balancer for the attempts, and believes it where a client cannot know', async () => {
    const pod = await TcpPod.start('a');
    const attempt: Attempt = { pod: 'a', at: 0, connect: 'refused', connectedAt: 0, wasDelivered: false };
    const askedFor: unknown[] = [];
    const { load, clock, ledger } = loadOf(
      pod.port,
      { closedClients: 1 },
      { attemptsOf: (client) => (askedFor.push(client), [attempt]) },
    );
    load.start();
    await clock.advance(10);
    const server = await pod.connection();
    await server.untilReceived('GET /');
    const localPort = server.socket.remotePort;
    server.socket.resetAndDestroy();
    await until('it has its fate', () => ledger.inFlight === 0);
    // The connection was handed over before the request was sent on it.
    const [record] = ledger.records;
    expect(record).toMatchObject({ fate: 'refused', attempts: [{ ...attempt, at: record?.sentAt }] });
    expect(record?.sentAt).toBeGreaterThan(0);
    expect(askedFor).toEqual([{ requestId: 'rehearsal-1', localPort }]);
  });

  it('sends again what a server has refused by the rules of HTTP/2, each time on a session of its own, and gives up', async () => {
    const server = createServer();
    const asked: { readonly path: string; readonly from: number | undefined }[] = [];
    server.on('stream', (stream: ServerHttp2Stream, headers) => {
      stream.on('error', () => undefined);
      const path = String(headers[':path']);
      asked.push({ path, from: stream.session?.socket.remotePort });
      if (path === '/1' && asked.length === 2) stream.respond({ ':status': 200 }, { endStream: true });
      else stream.close(constants.NGHTTP2_REFUSED_STREAM);
    });
    killAfterTest({ kill: async () => void server.close() });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const attemptsOf = () => [];
    const kinds = [kindOf({ transport: 'http2', path: '/{n}' })];
    const world = loadOf(port, { kinds, closedClients: 1, keepAliveConnections: 1 }, { attemptsOf });
    world.load.start();
    await world.clock.advance(10);
    await until('it has its fate', () => world.ledger.records.length === 1);
    expect(world.ledger.records).toMatchObject([{ fate: 'answered', client: 'http2' }]);
    expect(asked.map(({ path }) => path)).toEqual(['/1', '/1']);
    expect(asked[1]?.from).not.toBe(asked[0]?.from);
    await world.clock.advance(10);
    await until('the second has its fate', () => world.ledger.records.length === 2);
    const second = asked.slice(2);
    expect(second.map(({ path }) => path)).toEqual(['/2', '/2', '/2', '/2']);
    expect(new Set(second.map(({ from }) => from)).size).toBe(4);
    expect(second[0]?.from).toBe(asked[1]?.from);
    expect(world.ledger.records[1]?.fate).not.toBe('answered');
    await world.load.stop();
  });
});
