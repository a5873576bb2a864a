import { turns, until, watch } from '../../../../../test/support/event-loop.js';
import { clientWorld, kindOf } from '../../../../../test/support/load-world.js';
import { rawAnswer } from '../../../../../test/support/request-balancing.js';
import { TcpPod } from '../../../../../test/support/tcp-peer.js';
import { onLoopback } from '../address.js';
import { type RequestKind } from '../load-plan.js';
import { toQuestion } from '../question.js';
import { Http1Connection, type Persistence } from './http1-connection.js';
import { exchangeOverHttp1 } from './http1-exchange.js';

/** A client with one connection to a server whose every byte the test writes. */
async function connected(persistence: Persistence = 'keep-alive') {
  const pod = await TcpPod.start('a');
  const { world, clock, abandoned } = clientWorld(pod.port);
  const connection = new Http1Connection(onLoopback(pod.port), persistence);
  const server = await pod.connection();
  let id = 0;
  const ask = (kind: Partial<RequestKind> = {}) =>
    exchangeOverHttp1(connection, toQuestion(kindOf(kind), (id += 1)), world);
  return { pod, clock, abandoned, connection, server, ask };
}

describe('exchangeOverHttp1', () => {
  it('sends the request with its number in path, body and x-request-id', async () => {
    const { server, ask } = await connected();
    const asked = ask({ method: 'POST', path: '/orders/{n}?again={n}', body: '{"n":{n}}', headers: { 'X-Key': 'k' } });
    await server.untilReceived('{"n":1}');
    expect(server.received.split('\r\n')).toEqual(
      expect.arrayContaining([
        'POST /orders/1?again=1 HTTP/1.1',
        'x-key: k',
        'x-request-id: rehearsal-1',
        'connection: keep-alive',
        'content-length: 7',
      ]),
    );
    server.send(rawAnswer('ok'));
    expect(await asked).toMatchObject({ fate: 'answered', status: 200, isReused: false, endsConnection: false });
  });

  it('knows of its connection its age, uses, idle time, and what the last answer said', async () => {
    const { server, ask, clock } = await connected();
    const first = ask();
    await server.untilReceived('rehearsal-1');
    await clock.advance(20);
    server.send('HTTP/1.1 200 OK\r\nX-Served-By: orders-1\r\nContent-Length: 0\r\n\r\n');
    expect(await first).toMatchObject({ servedBy: 'orders-1', connection: { ageMs: 0, uses: 0, idleMs: undefined } });
    await clock.advance(300);
    const second = ask();
    await server.untilReceived('rehearsal-2');
    server.socket.resetAndDestroy();
    const connection = { ageMs: 320, uses: 1, idleMs: 300, lastSaidClose: false, servedBy: 'orders-1' };
    expect(await second).toMatchObject({ fate: 'reset', servedBy: undefined, connection });
  });

  it('is answered at the last byte, not before', async () => {
    const { server, ask, clock, connection } = await connected();
    const asked = ask();
    const state = watch(asked);
    await server.untilReceived('GET /');
    await clock.advance(10);
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod');
    await turns();
    expect(state.isSettled).toBe(false);
    await clock.advance(20);
    server.send('y');
    expect(await asked).toMatchObject({ fate: 'answered', answeredAt: 10, endedAt: 30 });
    expect((await asked).localPort).toBe(connection.localPort);
    expect(server.socket.remotePort).toBe(connection.localPort);
  });

  it.each([
    ['a reset before the answer', '', 'reset'],
    ['a FIN before the answer', '', 'end'],
    ['a reset within the head', 'HTTP/1.1 200 OK\r\nConte', 'reset'],
    ['a FIN within a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod', 'end'],
    ['a reset within a body of known length', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod', 'reset'],
    ['a FIN before the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n', 'end'],
    ['a reset within a body that ends with its connection', 'HTTP/1.1 200 OK\r\n\r\nbod', 'reset'],
  ])('%s is a reset', async (_what, text, end) => {
    const { server, ask, connection } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    server.send(text);
    await until('it has gone', () => server.socket.writableLength === 0);
    await turns();
    if (end === 'end') server.socket.end();
    else server.socket.resetAndDestroy();
    const { fate, detail } = await asked;
    expect([fate, detail?.split(':')[0]]).toEqual(['reset', 'ECONNRESET']);
    expect(connection.isUsable).toBe(false);
  });

  it('an answer without a length is whole when its connection ends', async () => {
    const { server, ask } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    server.socket.end('HTTP/1.0 200 OK\r\n\r\nbody');
    expect(await asked).toMatchObject({ fate: 'answered', endsConnection: true });
  });

  it('a refused connection is refused', async () => {
    const pod = await TcpPod.start('a');
    await pod.stopListening();
    const { world } = clientWorld(pod.port);
    const outcome = await exchangeOverHttp1(
      new Http1Connection(onLoopback(pod.port), 'close'),
      toQuestion(kindOf(), 1),
      world,
    );
    expect(outcome).toMatchObject({
      fate: 'refused',
      status: undefined,
      localPort: undefined,
    });
    expect(outcome.detail).toContain('ECONNREFUSED');
  });

  it.each([
    [503, undefined, 'server-error', 'draining'],
    [500, [500], 'answered', undefined],
    [404, undefined, 'answered', undefined],
    [404, [200, 201], 'server-error', 'draining'],
  ])('status %d where %p is expected is %s', async (status, expected, fate, detail) => {
    const { server, ask } = await connected();
    const asked = ask({ expect: expected });
    await server.untilReceived('GET /');
    server.send(`HTTP/1.1 ${status} Because\r\nContent-Length: 8\r\n\r\ndraining`);
    expect(await asked).toMatchObject({ fate, status, detail });
  });

  it.each([
    [{ bodyHas: ['"data"'] }, 'answered', undefined],
    [{ bodyHas: ['"data"', '"id"'] }, 'server-error', 'the body has no "\\"id\\"": {"data":null,"errors":[]}'],
    [{ bodyHasNot: ['errors'] }, 'server-error', 'the body has "errors": {"data":null,"errors":[]}'],
    [{ bodyHas: ['data'], bodyHasNot: ['warnings'] }, 'answered', undefined],
  ])('a body of which %p is expected is %s', async (expected, fate, detail) => {
    const { server, ask } = await connected();
    const asked = ask(expected);
    await server.untilReceived('GET /');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"data":null,');
    server.send('"errors":[]}');
    expect(await asked).toMatchObject({ fate, detail });
  });

  it.each([
    ['refused', 502, 'refused'],
    ['no-endpoints', 503, 'refused'],
    ['reset', 502, 'reset'],
    ['black-hole', 504, 'black-hole'],
  ])("a balancer's own answer that says %s means what happened behind it", async (reason, status, fate) => {
    const { server, ask } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    server.send(`HTTP/1.1 ${status} X\r\nx-rehearsal-balancer: ${reason}\r\nContent-Length: 3\r\n\r\nwhy`);
    expect(await asked).toMatchObject({ fate, status, detail: 'balancer: why' });
  });

  it('what is no HTTP is an answer, and a wrong one', async () => {
    const { server, ask } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    server.send('220 mail.example ESMTP\r\n');
    const { fate, detail } = await asked;
    expect([fate, detail]).toEqual(['server-error', expect.stringContaining('HPE_')]);
  });

  it('gives up when its patience is over, and closes the connection', async () => {
    const { server, ask, clock } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    await clock.advance(999);
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbod');
    await turns();
    await clock.advance(1);
    expect(await asked).toMatchObject({ fate: 'timeout', status: 200 });
    await server.untilEnd();
  });

  it('is unfinished when the rehearsal ends first', async () => {
    const { server, ask, abandoned, clock } = await connected();
    const asked = ask();
    await server.untilReceived('GET /');
    abandoned.abort();
    expect(await asked).toMatchObject({ fate: 'unfinished' });
    await server.untilEnd();
    expect(clock.pendingTimers).toBe(0);
  });

  it('uses its connection again, whatever Keep-Alive says, until an answer ends it', async () => {
    const { server, ask, connection, pod } = await connected();
    for (const n of [1, 2]) {
      const asked = ask();
      await server.untilReceived(`rehearsal-${n}`);
      server.send(rawAnswer('ok', 'Keep-Alive: timeout=1'));
      expect(await asked).toMatchObject({ fate: 'answered', isReused: n > 1, endsConnection: false });
      expect(connection.isUsable).toBe(true);
    }
    const last = ask();
    await server.untilReceived('rehearsal-3');
    server.send(rawAnswer('ok', 'Connection: Close'));
    expect(await last).toMatchObject({ fate: 'answered', isReused: true, endsConnection: true });
    expect(connection.isUsable).toBe(false);
    expect(pod.connections).toHaveLength(1);
  });

  it.each([
    ['has ended', false, 'end'],
    ['has been reset', false, 'reset'],
    ['has ended after an answer', true, 'end'],
    ['has been reset after an answer', true, 'reset'],
  ])('knows that a connection %s as soon as it has read that', async (_what, isUsed, end) => {
    const { server, ask, connection } = await connected();
    if (isUsed) {
      const asked = ask();
      await server.untilReceived('GET /');
      server.send(rawAnswer('ok'));
      expect((await asked).fate).toBe('answered');
    }
    await turns();
    expect(connection.isUsable).toBe(true);
    if (end === 'end') server.socket.end();
    else server.socket.resetAndDestroy();
    await until('the client knows', () => !connection.isUsable);
  });

  it('loses the request that crosses the FIN of an idle connection, and sends it once', async () => {
    const { server, ask, pod, connection } = await connected();
    const first = ask();
    await server.untilReceived('rehearsal-1');
    server.send(rawAnswer('ok'));
    await first;
    // Both in one turn of the event loop: the client cannot have read it.
    server.socket.destroy();
    expect(connection.isUsable).toBe(true);
    expect(await ask()).toMatchObject({ fate: 'reset', isReused: true });
    await turns();
    expect(pod.connections).toHaveLength(1);
  });

  it('closes a connection whose request was answered before it had all been sent', async () => {
    const { server, ask, connection } = await connected();
    const asked = ask({ method: 'POST', body: 'x'.repeat(1000), uploadBytesPerSecond: 100 });
    await server.untilReceived('xxx');
    server.send('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
    expect(await asked).toMatchObject({ fate: 'answered', status: 413 });
    expect(connection.isUsable).toBe(false);
    await server.untilEnd();
  });

  it('sends a slow body at its rate, and is patient for as long as something moves', async () => {
    const { server, ask, clock } = await connected();
    const asked = ask({ method: 'POST', body: 'x'.repeat(50), uploadBytesPerSecond: 10 });
    const bodyOf = (text: string) => text.split('\r\n\r\n')[1] ?? '';
    for (let sent = 1; sent < 50; sent += 1) {
      await server.untilReceived(`\r\n\r\n${'x'.repeat(sent)}`);
      await turns(2);
      expect(bodyOf(server.received)).toHaveLength(sent);
      await clock.advance(100);
    }
    await server.untilReceived(`\r\n\r\n${'x'.repeat(50)}`);
    server.send(rawAnswer('ok'));
    expect(await asked).toMatchObject({ fate: 'answered', endedAt: 4900 });
  });

  it('reads a slow answer at its rate, holds the server back, and is answered at the last byte it has read', async () => {
    const { server, ask, clock } = await connected();
    const size = 8_000_000;
    const asked = ask({ downloadBytesPerSecond: size });
    const state = watch(asked);
    await server.untilReceived('GET /');
    server.send(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    server.socket.write(Buffer.alloc(size));
    await turns(200);
    expect(server.socket.writableLength).toBeGreaterThan(size / 4);
    while (!state.isSettled) {
      await clock.advance(100);
      await turns(5);
    }
    expect(await asked).toMatchObject({ fate: 'answered' });
    expect((await asked).endedAt).toBeGreaterThan(1000);
  });

  it('gives up on a slow answer of which nothing more comes', async () => {
    const { server, ask, clock } = await connected();
    const asked = ask({ downloadBytesPerSecond: 10 });
    await server.untilReceived('GET /');
    server.send('HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nxxxxxxxxxxxxxxxxxxxx');
    await turns();
    await clock.advance(2000);
    const state = watch(asked);
    await turns();
    expect(state.isSettled).toBe(false);
    await clock.advance(1000);
    expect(await asked).toMatchObject({ fate: 'timeout' });
  });
});
