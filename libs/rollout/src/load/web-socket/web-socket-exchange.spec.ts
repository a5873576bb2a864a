import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { turns, until } from '../../../../../test/support/event-loop.js';
import { kindOf, oneArrivalOf } from '../../../../../test/support/load-world.js';
import { rawAnswer } from '../../../../../test/support/request-balancing.js';
import { killAfterTest } from '../../../../../test/support/started-programs.js';
import { TcpPod } from '../../../../../test/support/tcp-peer.js';
import { type RequestKind } from '../load-plan.js';

/** A load of one WebSocket client. */
const oneClientOf = (port: number, kind: Partial<RequestKind> = {}) =>
  oneArrivalOf(port, kindOf({ transport: 'websocket', path: '/live', ...kind }));

/** The same, connected to a real server. */
async function oneWebSocket(kind: Partial<RequestKind> = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const peers: WebSocket[] = [];
  const messages: string[] = [];
  server.on('connection', (peer) => {
    peers.push(peer);
    peer.on('message', (data: Buffer) => messages.push(data.toString()));
  });
  killAfterTest({
    kill: async () => {
      for (const peer of server.clients) peer.terminate();
      server.close();
    },
  });
  await once(server, 'listening');
  const world = await oneClientOf((server.address() as AddressInfo).port, kind);
  const peer = async (index = 0) => {
    await until(`connection ${index} is there`, () => peers.length > index);
    const found = peers[index];
    if (found === undefined) throw new Error('unreachable');
    await turns();
    return found;
  };
  const untilSettled = () => until('it has its fate', () => world.ledger.inFlight === 0);
  return { ...world, peer, peers, messages, untilSettled };
}

describe('a WebSocket', () => {
  it('sends its body as its first message, and is answered when the client itself closes it', async () => {
    const { peer, clock, ledger, untilSettled, messages } = await oneWebSocket({ body: 'hello {n}', openFor: 5000 });
    const first = await peer();
    const closed = once(first, 'close');
    await until('the message came', () => messages.length > 0);
    expect(messages).toEqual(['hello 1']);
    await clock.advance(5000);
    await untilSettled();
    expect(ledger.records).toMatchObject([{ client: 'websocket', fate: 'answered', status: 101 }]);
    expect((await closed)[0]).toBe(1000);
  });

  it.each([
    [1000, 'told-to-go'],
    [1001, 'told-to-go'],
    [1012, 'told-to-go'],
    [1011, 'server-error'],
  ])('that is closed with %d is %s', async (code, fate) => {
    const { peer, ledger, untilSettled } = await oneWebSocket();
    (await peer()).close(code, 'because');
    await untilSettled();
    expect(ledger.records).toMatchObject([{ fate, detail: `${code}: because` }]);
  });

  it('that is closed without a code is told to go', async () => {
    const { peer, ledger, untilSettled } = await oneWebSocket();
    (await peer()).close();
    await untilSettled();
    expect(ledger.records).toMatchObject([{ fate: 'told-to-go', detail: '1005' }]);
  });

  it('whose connection ends without a close frame is reset, and comes back', async () => {
    const { peer, clock, peers, ledger, untilSettled } = await oneWebSocket();
    (await peer()).terminate();
    await untilSettled();
    expect(ledger.records).toMatchObject([{ fate: 'reset', detail: '1006: ended without a close frame' }]);
    await clock.advance(499);
    await turns();
    expect(peers).toHaveLength(1);
    await clock.advance(1);
    await peer(1);
  });

  it('is answered when the load stops', async () => {
    const { peer, load, ledger } = await oneWebSocket();
    await peer();
    await load.stop();
    expect(ledger.records).toMatchObject([{ fate: 'answered' }]);
  });

  it('whose server says nothing to a goodbye does not hold the load for longer than an answer may take', async () => {
    const { peer, load, clock } = await oneWebSocket();
    const first = await peer();
    first.pause();
    const stopped = load.stop();
    await turns();
    await clock.advance(1000);
    await stopped;
  });

  it('that is refused with an answer has the fate of that answer', async () => {
    const pod = await TcpPod.start('a');
    const { ledger } = await oneClientOf(pod.port);
    const server = await pod.connection();
    await server.untilReceived('\r\n\r\n');
    expect(server.received).toContain('x-request-id: rehearsal-1');
    server.send(rawAnswer('draining').replace('200 OK', '503 Draining'));
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'server-error', status: 503, detail: 'draining' }]);
  });

  it.each([
    ['reset', 'reset'],
    ['end', 'reset'],
    ['silence', 'timeout'],
  ])('whose handshake meets a %s is %s', async (what, fate) => {
    const pod = await TcpPod.start('a');
    const { ledger, clock } = await oneClientOf(pod.port);
    const server = await pod.connection();
    await server.untilReceived('\r\n\r\n');
    if (what === 'reset') server.socket.resetAndDestroy();
    else if (what === 'end') server.socket.end();
    else await clock.advance(1000);
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate }]);
  });

  it('is refused where no server listens', async () => {
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    const { ledger } = await oneClientOf(pod.port);
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'refused' }]);
  });
});
