import { turns, until } from '../../../../test/support/event-loop.js';
import { balancerWorld } from '../../../../test/support/balancer-world.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { TcpPeer, TcpPod } from '../../../../test/support/tcp-peer.js';
import { type Attempt } from '../ledger/request-record.js';
import { ConnectionBalancer } from './connection-balancer.js';

async function startBalancer(world = balancerWorld()) {
  const balancer = await ConnectionBalancer.start(world);
  killAfterTest({ kill: () => balancer.close() });
  const attemptsOf = ({ localPort }: TcpPeer): readonly Attempt[] => balancer.attemptsOf({ localPort });
  return { balancer, attemptsOf, clock: world.clock };
}

/** A client and a pod's side of the same connection. */
async function joined() {
  const { balancer, attemptsOf, clock } = await startBalancer();
  const pod = await TcpPod.start('a');
  balancer.update(0, [pod]);
  const client = await TcpPeer.connect(balancer.port);
  return { balancer, attemptsOf, clock, pod, client, server: await pod.connection() };
}

describe('ConnectionBalancer', () => {
  it('keeps a connection where it is when the view changes, and sends new ones elsewhere', async () => {
    const { balancer, pod, client, server } = await joined();
    const other = await TcpPod.start('b');
    balancer.update(0, [other]);
    client.send('still here');
    await server.untilReceived('still here');
    server.send('and so am I');
    await client.untilReceived('and so am I');
    const second = await TcpPeer.connect(balancer.port);
    second.send('new');
    await (await other.connection()).untilReceived('new');
    expect(pod.connections).toHaveLength(1);
  });

  it('balances as each node knows the endpoints', async () => {
    const { balancer, attemptsOf } = await startBalancer(balancerWorld({ nodes: 2 }));
    const [one, other] = [await TcpPod.start('a'), await TcpPod.start('b')];
    balancer.update(0, [one]);
    balancer.update(1, [other]);
    const clients = await Promise.all(Array.from({ length: 20 }, () => TcpPeer.connect(balancer.port)));
    await until('all are open', () => clients.every((client) => attemptsOf(client)[0]?.connect === 'open'));
    const pods = clients.map((client) => attemptsOf(client)[0]?.pod);
    expect(new Set(pods)).toEqual(new Set(['a', 'b']));
  });

  it('chooses the same for the same seed, among all endpoints', async () => {
    const [one, other] = [await TcpPod.start('a'), await TcpPod.start('b')];
    const choices = async (seed: number): Promise<(string | undefined)[]> => {
      const { balancer, attemptsOf } = await startBalancer(balancerWorld({}, seed));
      balancer.update(0, [one, other]);
      const pods: (string | undefined)[] = [];
      for (let index = 0; index < 16; index += 1) {
        const client = await TcpPeer.connect(balancer.port);
        await until('it is handed over', () => attemptsOf(client).length > 0);
        pods.push(attemptsOf(client)[0]?.pod);
      }
      return pods;
    };
    const first = await choices(5);
    expect(await choices(5)).toEqual(first);
    expect(new Set(first).size).toBe(2);
    expect(await choices(6)).not.toEqual(first);
  });

  it('carries the end of what a client sends to the pod, which may still answer', async () => {
    const { client, server } = await joined();
    client.socket.end('the question');
    await server.untilEnd();
    expect(server.received).toBe('the question');
    expect(client.hasEnd).toBe(false);
    server.socket.end('the answer');
    await client.untilEnd();
    expect(client.received).toBe('the answer');
    await Promise.all([client.untilClosed(), server.untilClosed()]);
    expect([client.error, server.error]).toEqual([undefined, undefined]);
  });

  it('carries the end of what a pod sends to the client, which may still send', async () => {
    const { client, server } = await joined();
    server.socket.end('no more');
    await client.untilEnd();
    client.send('but I do');
    await server.untilReceived('but I do');
    expect(server.hasEnd).toBe(false);
  });

  it('carries a reset to the other side, in both directions', async () => {
    const first = await joined();
    first.server.socket.resetAndDestroy();
    await first.client.untilClosed();
    expect(first.client.error).toBe('ECONNRESET');
    const second = await joined();
    second.client.socket.resetAndDestroy();
    await second.server.untilClosed();
    expect(second.server.error).toBe('ECONNRESET');
  });

  it('resets a client whose pod refuses, and says that it was refused', async () => {
    const { balancer, attemptsOf } = await startBalancer();
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    balancer.update(0, [pod]);
    const client = await TcpPeer.connect(balancer.port);
    client.send('hello');
    await client.untilClosed();
    expect(client.error).toBe('ECONNRESET');
    expect(attemptsOf(client)).toEqual([
      { pod: 'a', at: 0, connect: 'refused', connectedAt: undefined, wasDelivered: false },
    ]);
  });

  it('resets a client where there is no endpoint, and knows of no attempt', async () => {
    const { balancer, attemptsOf } = await startBalancer();
    const client = await TcpPeer.connect(balancer.port);
    client.send('hello');
    await client.untilClosed();
    expect(client.error).toBe('ECONNRESET');
    expect(attemptsOf(client)).toEqual([]);
    expect(balancer.attemptsOf({ localPort: undefined })).toEqual([]);
  });

  it('refuses for the address of a pod that has gone, whatever listens on its port by now', async () => {
    const { balancer, attemptsOf, pod } = await joined();
    balancer.gone({ pod: pod.pod, port: pod.port });
    const client = await TcpPeer.connect(balancer.port);
    client.send('hello');
    await client.untilClosed();
    expect(attemptsOf(client)).toMatchObject([{ connect: 'refused' }]);
    expect(pod.connections).toHaveLength(1);
    balancer.update(0, [{ pod: 'its successor', port: pod.port }]);
    await TcpPeer.connect(balancer.port);
    await pod.connection(1);
  });

  it('is a black hole for that address later: takes what comes, answers nothing, until the client gives up', async () => {
    const { balancer, attemptsOf, pod, clock } = await joined();
    balancer.gone(pod);
    await clock.advance(1000);
    const client = await TcpPeer.connect(balancer.port);
    client.send('x'.repeat(1_000_000));
    await until('all is taken', () => client.socket.writableLength === 0);
    await turns();
    expect(client).toMatchObject({ isClosed: false, hasEnd: false, received: '' });
    expect(attemptsOf(client)).toEqual([
      { pod: 'a', at: 1000, connect: 'black-hole', connectedAt: undefined, wasDelivered: false },
    ]);
    client.socket.end();
    await client.untilClosed();
    const other = await TcpPeer.connect(balancer.port);
    other.socket.resetAndDestroy();
    await balancer.close();
  });

  it('says when the connection was opened, and whether bytes went to the pod before it ended', async () => {
    const { attemptsOf, clock, client, server, balancer, pod } = await joined();
    const opened = { pod: 'a', at: 0, connect: 'open', connectedAt: 0 };
    expect(attemptsOf(client)).toEqual([{ ...opened, wasDelivered: false }]);
    await clock.advance(50);
    client.send('hello');
    await server.untilReceived('hello');
    expect(attemptsOf(client)).toEqual([{ ...opened, wasDelivered: true }]);
    const late = await TcpPeer.connect(balancer.port);
    (await pod.connection(1)).socket.end();
    await late.untilEnd();
    late.send('too late');
    await (await pod.connection(1)).untilReceived('too late');
    expect(attemptsOf(late)).toMatchObject([{ at: 50, wasDelivered: false }]);
  });

  it('counts the connections to a pod until the pod ends them', async () => {
    const { balancer, client, server, pod } = await joined();
    const second = await TcpPeer.connect(balancer.port);
    second.send('x');
    await until('both are open', () => pod.connections.length === 2);
    expect(balancer.connectionsTo('a')).toBe(2);
    server.socket.end();
    await until('the pod has ended one', () => balancer.connectionsTo('a') === 1);
    client.socket.destroy();
    pod.connections[1]?.socket.resetAndDestroy();
    await until('the pod has reset the other', () => balancer.connectionsTo('a') === 0);
    expect(balancer.connectionsTo('b')).toBe(0);
  });

  it('is as slow as the slower side, in both directions', async () => {
    const { client, server } = await joined();
    const size = 64 * 1024 * 1024;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      to.socket.pause();
      from.socket.end(Buffer.alloc(size, 'x'));
      await turns(500);
      const held = from.socket.writableLength;
      // All of it, but for what the kernel's buffers of three sockets take.
      expect(held).toBeGreaterThan(size / 2);
      to.socket.resume();
      await to.untilEnd();
      expect(to.receivedBytes).toBe(size);
    }
  });

  it('ends every connection when it is closed', async () => {
    const { balancer, client, server } = await joined();
    await balancer.close();
    await Promise.all([client.untilEnd(), server.untilEnd()]);
    await expect(TcpPeer.connect(balancer.port)).rejects.toThrow('ECONNREFUSED');
  });
});
