import { turns, until } from '../../../../../test/support/event-loop.js';
import { kindOf, oneArrivalOf } from '../../../../../test/support/load-world.js';
import { rawAnswer } from '../../../../../test/support/request-balancing.js';
import { TcpPod } from '../../../../../test/support/tcp-peer.js';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** One client of a stream, which has connected. */
async function oneStream(openFor = 60_000) {
  const pod = await TcpPod.start('a');
  const world = await oneArrivalOf(pod.port, kindOf({ transport: 'event-stream', path: '/events', openFor }));
  const server = await pod.connection();
  await server.untilReceived('\r\n\r\n');
  return { ...world, pod, server };
}

describe('an event stream', () => {
  it('is answered when the client itself closes it after its time', async () => {
    const { server, clock, ledger } = await oneStream(5000);
    expect(server.received).toContain('accept: text/event-stream');
    server.send(HEAD + chunk('data: 1\n\n'));
    await turns();
    await clock.advance(4999);
    expect(server.hasEnd).toBe(false);
    await clock.advance(1);
    await server.untilEnd();
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ client: 'event-stream', fate: 'answered', status: 200 }]);
  });

  it('is answered when the load stops, which waits for nothing', async () => {
    const { server, load, ledger } = await oneStream();
    server.send(HEAD);
    await until('it is open', () => server.socket.writableLength === 0);
    await turns();
    await load.stop();
    expect(ledger.records).toMatchObject([{ fate: 'answered' }]);
  });

  it('is told to go by its last chunk, and comes back after the time the stream has said, with the last id', async () => {
    const { server, pod, clock, ledger } = await oneStream();
    server.send(`${HEAD}${chunk('retry: 200\n\nid: 41\ndata: x\n\n')}0\r\n\r\n`);
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'told-to-go', detail: 'the stream ended' }]);
    await clock.advance(199);
    await turns();
    expect(pod.connections).toHaveLength(1);
    await clock.advance(1);
    const second = await pod.connection(1);
    await second.untilReceived('\r\n\r\n');
    expect(second.received).toContain('last-event-id: 41');
    expect(second.received).toContain('x-request-id: rehearsal-2');
  });

  it('is reset when its connection is, and comes back', async () => {
    const { server, pod, clock, ledger } = await oneStream();
    server.send(HEAD + chunk('data: 1\n\n'));
    await turns();
    server.socket.resetAndDestroy();
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'reset', status: 200 }]);
    await clock.advance(3000);
    await pod.connection(1);
  });

  it('is reset by a FIN without the last chunk, and by one where nothing says how long it is', async () => {
    for (const head of [HEAD, 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n']) {
      const { server, ledger } = await oneStream();
      server.socket.end(head);
      await until('it has its fate', () => ledger.inFlight === 0);
      expect(ledger.records).toMatchObject([{ fate: 'reset' }]);
    }
  });

  it('gives up where no answer begins, but never on a stream that is silent', async () => {
    const silent = await oneStream();
    silent.server.send(HEAD);
    await turns();
    await silent.clock.advance(50_000);
    expect(silent.ledger.inFlight).toBe(1);
    const { clock, ledger } = await oneStream();
    await clock.advance(1000);
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'timeout' }]);
  });

  it('does not come back after an answer that is no stream', async () => {
    const { server, pod, clock, ledger } = await oneStream();
    server.send(rawAnswer('draining').replace('200 OK', '503 Draining'));
    await until('it has its fate', () => ledger.inFlight === 0);
    expect(ledger.records).toMatchObject([{ fate: 'server-error', status: 503, detail: 'draining' }]);
    await clock.advance(50_000);
    await turns();
    expect(pod.connections).toHaveLength(1);
  });
});
